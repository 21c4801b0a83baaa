using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>inference.halo "auto".</summary>
public sealed class AutoHaloTests(ExternalModels models)
{
    private const string Compare = """
        import h5py, numpy, sys
        source, auto, exact = (h5py.File(path, "r")[name][...].astype("f8") for path, name in zip(sys.argv[1:], ("low", "sr", "sr")))
        low, high = numpy.percentile(source, [0.1, 99.9])
        print(numpy.sqrt(((auto - exact) ** 2).mean()) / (high - low))
        """;

    [Fact]
    public void Infer_AutoHalo_IsTheModelsNumber()
    {
        string measured = RandomModel.Write(models.File("measured.safetensors"), 1, halo: new MeasuredHalo(48, 0.0001));
        Assert.Equal("48", Infer(models.NewRun(), measured, "auto", "even"));
        // The exact one, whatever was measured.
        Assert.Equal("137", Infer(models.NewRun(), measured, "exact", "even"));
    }

    [Fact]
    public void Infer_AutoHaloOfAModelWithoutNumber_IsMeasured_AndHardlyChangesTheOutput()
    {
        string model = RandomModel.Write(models.File("unmeasured.safetensors"), 1), auto = models.NewRun(), exact = models.NewRun();
        int halo = int.Parse(Infer(auto, model, "auto", "large", tile: 256), CultureInfo.InvariantCulture);
        Assert.InRange(halo, 16, 128);
        // In one window: what there is to equal.
        Infer(exact, model, "exact", "large");
        double error = double.Parse(ChildProcess.Python(Compare, models.File("large.h5"), ExternalModels.Output(auto, "large"), ExternalModels.Output(exact, "large")), CultureInfo.InvariantCulture);
        Assert.InRange(error, 1e-9, MeasuredHalo.Bound);
    }

    /// <returns>The halo, as logged.</returns>
    private string Infer(string run, string model, string halo, string image, int? tile = null)
    {
        SrbatchResult infer = models.Infer(run, model, 1, new { tile, halo }, image).Expect(ExitCode.Done);
        string line = Assert.Single(infer.Logged("info"), line => line.StartsWith("unet in ", StringComparison.Ordinal));
        return line.Split("; halo ")[^1];
    }
}
