using System.Buffers.Binary;
using SrBatch.Pipelines.Reporting.Page;
using static SrBatch.Tests.Pipelines.Reporting.Page.PageRows;

namespace SrBatch.Tests.Pipelines.Reporting.Page;

public class PlanePicturesTests
{
    private const int Side = 96;

    /// <summary>The output has other intensities than the target: the error map shows only what the fit leaves.</summary>
    [Fact]
    public void Of_OutputWithOneFault_ShowsItInTheErrorMapAndEnlarged()
    {
        FloatImage target = Gradient(Side), output = target.Map(value => (3 * value) + 100);
        for (int i = 0; i < 64; i++)
        {
            output.Values[((70 + (i / 8)) * Side) + 64 + (i % 8)] += 3 * Side;
        }
        PlaneView view = PlanePictures.Of(Line(), new PlaneImages(target.Reduced(2), output, target, []), 2, 0.1, (0, 100));
        Assert.Equal(["Input", "Output", "Target", "Error"], view.Panels.Select(panel => panel.Name));
        Assert.Equal([(48, 48), (96, 96), (96, 96), (96, 96)], view.Panels.Select(panel => SizeOf(panel.Whole)));
        Assert.Equal([(32, 32), (64, 64), (64, 64), (64, 64)], view.Panels.Select(panel => SizeOf(panel.Inset)));
        (double left, double top) = (view.InsetAt![0] * Side, view.InsetAt[1] * Side);
        Assert.True(
            left is >= 8 and <= 32 && top is >= 14 and <= 32,
            $"the inset at {left}, {top} does not hold the fault at 64..72, 70..78");
        Assert.Equal(9.6, view.WidthUm!.Value, 1e-9);
        Assert.Equal("100 %", view.ErrorHigh);
        Assert.Equal(32, view.Spectra!.Frequency.Count);
        Assert.Equal(
            (16, 32, 32, "µm"),
            (view.Spectra.Input.Count, view.Spectra.Output.Count, view.Spectra.Target.Count, view.Spectra.Unit));
        // Nyquist's frequency of pixels of 0.1 µm.
        Assert.Equal(5, view.Spectra.Frequency[^1]);
    }

    [Fact]
    public void Of_PerfectOutput_HasADarkErrorMap() =>
        Assert.Equal(
            "1 %",
            PlanePictures.Of(Line(), new PlaneImages(null, Gradient(Side), Gradient(Side), []), 1, null, (0.1, 99.9)).ErrorHigh);

    [Fact]
    public void Of_LargePlane_IsReduced()
    {
        PlaneView view = PlanePictures.Of(Line(), new PlaneImages(Gradient(300), Gradient(600), null, []), 2, null, (0.1, 99.9));
        Assert.Equal([("Input", (300, 300)), ("Output", (200, 200))], view.Panels.Select(panel => (panel.Name, SizeOf(panel.Whole))));
        Assert.Equal("pixel", view.Spectra!.Unit);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 200)]
    public void Of_TinyPlane_HasNoSpectrum(int height, int width)
    {
        var image = new FloatImage(height, width, [.. Enumerable.Range(0, height * width).Select(i => (float)i)]);
        PlaneView view = PlanePictures.Of(Line(), new PlaneImages(image, image, image, []), 1, null, (0.1, 99.9));
        Assert.Equal(4, view.Panels.Count);
        Assert.Null(view.Spectra);
    }

    [Fact]
    public void Of_ConstantOrNotFinite_DoesNotThrow()
    {
        var flat = new FloatImage(64, 64, new float[64 * 64]);
        var nothing = flat.Map(_ => double.NaN);
        Assert.Equal(
            ["Input", "Output", "Target"],
            PlanePictures.Of(Line(), new PlaneImages(flat, flat, flat, []), 1, null, (0.1, 99.9)).Panels.Select(panel => panel.Name));
        Assert.Equal(
            ["No pixel is finite: there is nothing to show."],
            PlanePictures.Of(Line(), new PlaneImages(flat, nothing, null, []), 1, null, (0.1, 99.9)).Notes);
        Assert.NotEmpty(PlanePictures.Of(Line(), new PlaneImages(nothing, flat, flat, []), 1, null, (0.1, 99.9)).Panels);
    }

    [Fact]
    public void Of_NoOutput_HasItsNotesAlone()
    {
        PlaneView view = PlanePictures.Of(
            Line(),
            new PlaneImages(Gradient(8), null, null, ["The output is not shown: gone"]),
            1,
            null,
            (0.1, 99.9));
        Assert.Empty(view.Panels);
        Assert.Equal(["The output is not shown: gone"], view.Notes);
    }

    private static PlaneLine Line() => PlaneLine.Of(Plane("a"), []);

    private static FloatImage Gradient(int side) =>
        new(side, side, [.. Enumerable.Range(0, side * side).Select(i => (float)((i % side) + (i / side % 7)))]);

    private static (int Width, int Height) SizeOf(string uri)
    {
        byte[] png = Convert.FromBase64String(uri["data:image/png;base64,".Length..]);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
