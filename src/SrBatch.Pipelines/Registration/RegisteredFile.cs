using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Registration;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Registration;

namespace SrBatch.Pipelines.Registration;

/// <summary>A registered pair: <c>/low</c>, <c>/high</c> and <c>/displacement</c> (docs/register.md).</summary>
internal static class RegisteredFile
{
    public const string Low = "/low", High = "/high", Displacement = "/displacement";
    private const string Sources = "sources", Rows = "registration";
    private const int ChunkLength = 256;

    /// <summary>Those that the input has, in the order t, c, z, y, x.</summary>
    public static string AxesOf(PlannedDataset input) => string.Concat("tcz".Where(input.Has)) + "yx";

    public static void Write(string path, PlannedImage pair, PairGeometry geometry, FieldRectangle field, PlaneSource input, PlaneSource target, IReadOnlyList<MovedPlanes> moved, IReadOnlyList<RegistrationRow> rows, CancellationToken stop)
    {
        using Hdf5File file = Hdf5File.Create(path);
        int height = field.Height * geometry.Scale, width = field.Width * geometry.Scale;
        string axes = AxesOf(pair.Input!);
        Hdf5Dataset low = Create(file, Low, TypeOf(pair.Input!.ElementType), axes, Shape(axes, pair.Input, field.Height, field.Width), pair.Input.ElementSizeUm?.Enlarged(1));
        Hdf5Dataset high = Create(file, High, ElementType.Float32, axes, Shape(axes, pair.Input, height, width), pair.Input.ElementSizeUm?.Enlarged(geometry.Scale));
        string mapAxes = axes.Replace("z", "", StringComparison.Ordinal);
        long[] mapShape = Shape(mapAxes, pair.Input, field.Height, field.Width);
        // The two components stand before y and x.
        Hdf5Dataset displacement = Create(file, Displacement, ElementType.Float32, null, [.. mapShape[..^2], 2, .. mapShape[^2..]], null);
        float[] values = new float[field.Area];
        foreach (MovedPlanes shared in moved)
        {
            FrameMap map = shared.Registration.Map;
            foreach ((PlaneIndex inputPlane, PlaneIndex targetPlane) in shared.Planes)
            {
                stop.ThrowIfCancellationRequested();
                PlaneIndex place = pair.Input.WithinSelection(inputPlane);
                input.Read(inputPlane, field.Y, field.X, field.Height, field.Width, values);
                low.Write([.. Start(axes, place), 0, 0], Box(axes, field.Height, field.Width), (ReadOnlySpan<float>)values);
                high.Write([.. Start(axes, place), 0, 0], Box(axes, height, width), (ReadOnlySpan<float>)CommonField.Resample(target.ReadPlane(targetPlane), geometry, map, field));
            }
            (float[] down, float[] across) = CommonField.Displacement(geometry, map, field);
            long[] first = Start(mapAxes, pair.Input.WithinSelection(shared.Planes[0].Input));
            displacement.Write([.. first, 0, 0, 0], [.. Box(mapAxes, field.Height, field.Width)[..^2], 1, field.Height, field.Width], (ReadOnlySpan<float>)down);
            displacement.Write([.. first, 1, 0, 0], [.. Box(mapAxes, field.Height, field.Width)[..^2], 1, field.Height, field.Width], (ReadOnlySpan<float>)across);
        }
        displacement.Attributes.Set("DIMENSION_LABELS", [.. mapAxes[..^2].Select(letter => letter.ToString()), "component", "y", "x"]);
        displacement.Attributes.Set("components", (IReadOnlyList<string>)["y", "x"]);
        displacement.Attributes.Set("unit", "pixels of the target, one value an input pixel");
        displacement.Attributes.Set("affine", [.. moved.SelectMany(shared => shared.Registration.Map.Affine.ToArray())]);
        Describe(file.Attributes, pair, geometry, field, rows);
        file.Close();
    }

    /// <returns>The rows written with the pair.</returns>
    /// <exception cref="SrBatchException">Exit code 65: no file of ours; 78: it was made from other sources than <paramref name="pair"/>'s.</exception>
    public static IReadOnlyList<RegistrationRow> Read(string path, PlannedImage pair, int scale)
    {
        using Hdf5File file = Hdf5File.OpenRead(path);
        string? sources = file.Attributes.GetString(Sources), json = file.Attributes.GetString(Rows);
        if (sources is null || json is null)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: is no registered pair. Delete the file to have it made, or use a new folder.");
        }
        if (sources != SourcesOf(pair, scale))
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} was made from {sources}; the manifest has {SourcesOf(pair, scale)} for '{pair.Id}'. Use a new folder, or delete the file to have it made again.");
        }
        try
        {
            return JsonSerializer.Deserialize(json, RegistrationJsonContext.Default.RegistrationRowArray) ?? [];
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: attribute '{Rows}': {fault.Message}; not of this version. Delete the file to have it made again.", fault);
        }
    }

    private static void Describe(Hdf5Attributes attributes, PlannedImage pair, PairGeometry geometry, FieldRectangle field, IReadOnlyList<RegistrationRow> rows)
    {
        attributes.Set("scale", geometry.Scale);
        attributes.Set("crop", [field.Y, field.X, field.Height, field.Width]);
        attributes.Set(Sources, SourcesOf(pair, geometry.Scale));
        attributes.Set("software", "srbatch");
        attributes.Set("version", AppVersion.Text);
        SetIfAny(attributes, "correlation_before", rows.Select(row => row.CorrelationBefore));
        SetIfAny(attributes, "correlation_after", rows.Select(row => row.CorrelationAfter));
        SetIfAny(attributes, "residual_px", rows.Select(row => row.ResidualPx));
        attributes.Set(Rows, JsonSerializer.Serialize([.. rows], RegistrationJsonContext.Default.RegistrationRowArray));
    }

    /// <summary>One value for each t and c; nothing when one of them is not known.</summary>
    private static void SetIfAny(Hdf5Attributes attributes, string name, IEnumerable<double?> values)
    {
        double?[] all = [.. values];
        if (Array.TrueForAll(all, value => value is not null))
        {
            attributes.Set(name, Array.ConvertAll(all, value => value!.Value));
        }
    }

    private static string SourcesOf(PlannedImage pair, int scale) => $"{SourceOf(pair.Input!)} and {SourceOf(pair.Target!)} at scale {scale}";

    private static string SourceOf(PlannedDataset dataset) =>
        $"{Path.GetFileName(dataset.File)} {dataset.Dataset} [{string.Join(", ", dataset.Axes.Select((axis, i) => $"{axis} {dataset.Start[i]}:{dataset.Start[i] + dataset.Count[i]}"))}]";

    /// <summary>Planes are read as float32: a type that holds more is not kept, as its values are not.</summary>
    private static ElementType TypeOf(ElementType input) => input is ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16 or ElementType.Float16
        ? input
        : ElementType.Float32;

    private static Hdf5Dataset Create(Hdf5File file, string path, ElementType type, string? axes, long[] shape, ElementSize? sizeUm)
    {
        long[] chunk = [.. shape.Select((length, axis) => axis < shape.Length - 2 ? 1 : Math.Min(length, ChunkLength))];
        Hdf5Dataset dataset = file.CreateDataset(path, type, shape, new Hdf5DatasetOptions { Chunk = chunk, GzipLevel = 4, Shuffle = true });
        if (axes is not null)
        {
            dataset.Attributes.Set("DIMENSION_LABELS", [.. axes.Select(letter => letter.ToString())]);
        }
        if (sizeUm is { Y: { } y, X: { } x })
        {
            dataset.Attributes.Set("element_size_um", [sizeUm.Z ?? 1, y, x]);
        }
        return dataset;
    }

    private static long[] Shape(string axes, PlannedDataset input, long height, long width) => [.. axes[..^2].Select(input.CountOf), height, width];

    private static long[] Start(string axes, PlaneIndex place) => [.. axes[..^2].Select(axis => axis switch { 't' => place.T, 'c' => place.C, _ => place.Z })];

    private static long[] Box(string axes, long height, long width) => [.. axes[..^2].Select(_ => 1L), height, width];
}
