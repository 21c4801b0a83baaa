using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Registration;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Torch.Registration;

namespace SrBatch.Pipelines.Registration;

/// <summary>The file of a registered pair: <c>/low</c>, <c>/high</c> and <c>/displacement</c> (docs/register.md).</summary>
internal static class RegisteredFile
{
    public const string Low = "/low", High = "/high", Displacement = "/displacement";
    private const string Sources = "sources", Rows = "registration";

    /// <summary>Indices of the datasets' layouts.</summary>
    private const int LowIndex = 0, HighIndex = 1, DisplacementIndex = 2;

    /// <summary>Axes of the written images: those that the input has, in the order t, c, z, y, x.</summary>
    public static string AxesOf(PlannedDataset input) => string.Concat("tcz".Where(input.Has)) + "yx";

    /// <exception cref="SrBatchException">A source cannot be read (exit 65) or the file cannot be written (exit 74).</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static void Write(string path, AlignedPair pair, PlaneSource input, PlaneSource target, CancellationToken stop)
    {
        using PlaneWriter writer = PlaneWriter.Create(path, Layouts(pair));
        float[] values = new float[pair.Field.Area];
        foreach (MovedPlanes shared in pair.Moved)
        {
            foreach ((PlaneIndex inputPlane, PlaneIndex targetPlane) in shared.Planes)
            {
                stop.ThrowIfCancellationRequested();
                PlaneIndex place = pair.Input.WithinSelection(inputPlane);
                input.Read(inputPlane, pair.Field.Y, pair.Field.X, pair.Field.Height, pair.Field.Width, values);
                WholePlanes.RequireFinite(input, inputPlane, values);
                writer.WritePlane(LowIndex, place, values);
                float[] whole = WholePlanes.Read(target, targetPlane);
                float[] aligned = CommonField.Resample(whole, pair.Geometry, shared.Registration.Map, pair.Field);
                writer.WritePlane(HighIndex, place, aligned);
            }
            (float[] down, float[] across) = CommonField.Displacement(pair.Geometry, shared.Registration.Map, pair.Field);
            PlaneIndex first = pair.Input.WithinSelection(shared.Planes[0].Input);
            writer.WritePlane(DisplacementIndex, first with { Z = 0 }, down);
            writer.WritePlane(DisplacementIndex, first with { Z = 1 }, across);
        }
        DescribeDisplacement(writer.AttributesOf(DisplacementIndex), pair);
        Describe(writer.FileAttributes, pair);
        writer.Close();
    }

    /// <returns>The rows written with the pair.</returns>
    /// <exception cref="SrBatchException">
    /// The file is not a registered pair (exit 65), or it was made from other sources than those of <paramref name="pair"/> (exit 78).
    /// </exception>
    public static IReadOnlyList<RegistrationRow> Read(string path, PlannedImage pair, int scale)
    {
        using Hdf5File file = Hdf5File.OpenRead(path);
        string? sources = file.Attributes.GetString(Sources), json = file.Attributes.GetString(Rows);
        if (sources is null || json is null)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path}: is not a registered pair. Delete the file to have it made, or use a new folder.");
        }
        string expected = SourcesOf(pair, scale);
        if (sources != expected)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{path} was made from {sources}; the manifest has {expected} for '{pair.Id}'. "
                + "Use a new folder, or delete the file to have it made again.");
        }
        try
        {
            return JsonSerializer.Deserialize(json, RegistrationJsonContext.Default.RegistrationRowArray) ?? [];
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path}: attribute '{Rows}': {fault.Message}; another version wrote it. Delete the file to have it made again.",
                fault);
        }
    }

    private static PlaneLayout[] Layouts(AlignedPair pair)
    {
        int scale = pair.Geometry.Scale;
        string mapAxes = AxesOf(pair.Input).Replace("z", "", StringComparison.Ordinal)[..^2];
        return
        [
            Layout(Low, pair, scale: 1) with { ElementType = TypeOf(pair.Input.ElementType) },
            Layout(High, pair, scale),
            // One map for all z: the two components take the place of z.
            new PlaneLayout
            {
                Dataset = Displacement,
                Axes = mapAxes + "zyx",
                AxisNames = [.. mapAxes.Select(letter => letter.ToString()), "component", "y", "x"],
                Shape = [.. mapAxes.Select(pair.Input.CountOf), 2, pair.Field.Height, pair.Field.Width],
            },
        ];
    }

    private static PlaneLayout Layout(string dataset, AlignedPair pair, int scale)
    {
        string axes = AxesOf(pair.Input);
        return new PlaneLayout
        {
            Dataset = dataset,
            Axes = axes,
            Shape = [.. axes[..^2].Select(pair.Input.CountOf), pair.Field.Height * scale, pair.Field.Width * scale],
            ElementSizeUm = pair.Input.ElementSizeUm?.Enlarged(scale),
        };
    }

    private static void DescribeDisplacement(Hdf5Attributes attributes, AlignedPair pair)
    {
        attributes.Set("components", (IReadOnlyList<string>)["y", "x"]);
        attributes.Set("unit", "pixels of the target, one value an input pixel");
        attributes.Set("affine", [.. pair.Moved.SelectMany(shared => shared.Registration.Map.Affine.ToArray())]);
    }

    private static void Describe(Hdf5Attributes attributes, AlignedPair pair)
    {
        attributes.Set("scale", pair.Geometry.Scale);
        attributes.Set("crop", [pair.Field.Y, pair.Field.X, pair.Field.Height, pair.Field.Width]);
        attributes.Set(Sources, SourcesOf(pair.Pair, pair.Geometry.Scale));
        attributes.Set("software", "srbatch");
        attributes.Set("version", AppVersion.Text);
        SetIfAny(attributes, "correlation_before", pair.Rows.Select(row => row.CorrelationBefore));
        SetIfAny(attributes, "correlation_after", pair.Rows.Select(row => row.CorrelationAfter));
        SetIfAny(attributes, "residual_px", pair.Rows.Select(row => row.ResidualPx));
        attributes.Set(Rows, JsonSerializer.Serialize([.. pair.Rows], RegistrationJsonContext.Default.RegistrationRowArray));
    }

    /// <summary>Writes one value for each t and c; nothing if one of them is unknown.</summary>
    private static void SetIfAny(Hdf5Attributes attributes, string name, IEnumerable<double?> values)
    {
        double?[] all = [.. values];
        if (Array.TrueForAll(all, value => value is not null))
        {
            attributes.Set(name, Array.ConvertAll(all, value => value!.Value));
        }
    }

    private static string SourcesOf(PlannedImage pair, int scale) =>
        $"{SourceOf(pair.Input!)} and {SourceOf(pair.Target!)} at scale {scale}";

    private static string SourceOf(PlannedDataset dataset)
    {
        IEnumerable<string> selection =
            dataset.Axes.Select((axis, i) => $"{axis} {dataset.Start[i]}:{dataset.Start[i] + dataset.Count[i]}");
        return $"{Path.GetFileName(dataset.File)} {dataset.Dataset} [{string.Join(", ", selection)}]";
    }

    /// <summary>Type of <c>/low</c>. Planes are read as float32, so types that hold more are written as float32.</summary>
    private static ElementType TypeOf(ElementType input) =>
        input is ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16 or ElementType.Float16
            ? input
            : ElementType.Float32;
}
