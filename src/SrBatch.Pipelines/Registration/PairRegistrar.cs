using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Registration;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Registration;

namespace SrBatch.Pipelines.Registration;

/// <summary>
/// Registers one pair: reads it, finds one map for all z of each t and c, cuts both images to the field that both show, and writes them
/// or refuses the pair.
/// </summary>
internal sealed class PairRegistrar(int scale, Hdf5ReadOptions reading)
{
    /// <summary>
    /// Limits of a plane, target pixels. Smaller planes have too few blocks; larger ones and their copies do not fit in memory.
    /// </summary>
    private const long LeastSide = 64, MostPixels = 1 << 26;

    /// <summary>Slices of a stack that are measured, evenly spaced. More slices improve the map little.</summary>
    private const int MostMeasured = 8;

    public static RegistrationRow BlankRow(PlannedImage image) => new()
    {
        Image = image.Id,
        Group = image.Group,
        Split = ManifestWords.Of(image.Split),
        Verdict = Verdict.Pass,
        Version = AppVersion.Text,
    };

    /// <summary>Registers the pair and writes <paramref name="path"/>, unless one of the rows fails.</summary>
    /// <returns>One row for each t and c.</returns>
    /// <exception cref="SrBatchException">The pair cannot be read or cannot be registered (exit 65).</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; no file is left behind.</exception>
    public IReadOnlyList<RegistrationRow> Register(PlannedImage pair, string path, CancellationToken stop) =>
        // Each attempt opens the files again, because an open file keeps its stale state.
        reading.Retry.Run(() => RegisterOnce(pair, path, stop), stop);

    /// <returns>The rows of a pair that an earlier run has finished.</returns>
    /// <exception cref="SrBatchException">The file was made from other sources (exit 78).</exception>
    public IReadOnlyList<RegistrationRow> ReadDone(PlannedImage pair, string path) =>
        [.. RegisteredFile.Read(path, pair, scale).Select(row => row with { Group = pair.Group, Split = ManifestWords.Of(pair.Split) })];

    private List<RegistrationRow> RegisterOnce(PlannedImage pair, string path, CancellationToken stop)
    {
        PairGeometry geometry = GeometryOf(pair);
        using var input = new PlaneSource(pair.Input!, reading);
        using var target = new PlaneSource(pair.Target!, reading);
        WholePlanes.RequireWritten(input);
        WholePlanes.RequireWritten(target);
        var found = new List<MovedPlanes>();
        foreach (var shared in pair.Input!.Planes().Zip(pair.Target!.Planes()).GroupBy(planes => (planes.First.T, planes.First.C)))
        {
            (PlaneIndex Input, PlaneIndex Target)[] planes = [.. shared];
            int measured = Math.Min(planes.Length, MostMeasured);
            var pairs = new ImagePair[measured];
            for (int i = 0; i < measured; i++)
            {
                (PlaneIndex inputPlane, PlaneIndex targetPlane) = planes[((2 * i) + 1) * planes.Length / (2 * measured)];
                pairs[i] = new ImagePair(WholePlanes.Read(input, inputPlane), WholePlanes.Read(target, targetPlane));
            }
            found.Add(new MovedPlanes(planes, measured, PairRegistration.Register(pairs, geometry, stop)));
        }
        FieldRectangle field = CommonField.Of([.. found.Select(moved => moved.Registration.Map)], geometry);
        List<RegistrationRow> rows = [.. found.Select(moved => Row(pair, moved, geometry, field))];
        if (rows.TrueForAll(row => row.Verdict != Verdict.Fail))
        {
            using StagedFile staged = AtomicFile.Stage(path);
            RegisteredFile.Write(staged.Path, new AlignedPair(pair, geometry, field, found, rows), input, target, stop);
            staged.Commit();
        }
        return rows;
    }

    private PairGeometry GeometryOf(PlannedImage pair)
    {
        foreach ((PlannedDataset dataset, int times) in new[] { (pair.Input!, scale), (pair.Target!, 1) })
        {
            long height = dataset.Height * times, width = dataset.Width * times;
            if (Math.Min(height, width) < LeastSide || height * width > MostPixels)
            {
                throw new SrBatchException(
                    ExitCode.ImagesFailed,
                    $"{dataset} has planes of {height} x {width} target pixels; registration takes sides from {LeastSide} "
                    + $"and at most {MostPixels} pixels. Leave the pair out, or select a part of it.");
            }
        }
        return new PairGeometry((int)pair.Input!.Height, (int)pair.Input.Width, (int)pair.Target!.Height, (int)pair.Target.Width, scale);
    }

    private static RegistrationRow Row(PlannedImage pair, MovedPlanes moved, PairGeometry geometry, FieldRectangle field)
    {
        PairAlignment registration = moved.Registration;
        double common = field.Area / ((double)geometry.Height * geometry.Width);
        string? refusal = PairVerdict.Refusal(registration, common);
        FieldMotion? motion = FieldMotion.Of(registration.Map, geometry, field);
        return BlankRow(pair) with
        {
            T = pair.Input!.Has('t') ? checked((int)moved.Planes[0].Input.T) : null,
            C = pair.Input.Has('c') ? checked((int)moved.Planes[0].Input.C) : null,
            Planes = moved.Planes.Length,
            PlanesMeasured = moved.Measured,
            Verdict = refusal is null ? Verdict.Pass : Verdict.Fail,
            Reasons = refusal,
            MovedMedianPx = motion?.MedianPx,
            MovedMaxPx = motion?.MaxPx,
            ShiftYPx = motion?.ShiftYPx,
            ShiftXPx = motion?.ShiftXPx,
            RotationDeg = registration.Map.Affine.RotationDegrees,
            ScaleError = registration.Map.Affine.Scale,
            ElasticMedianPx = motion?.ElasticMedianPx,
            CorrelationBefore = registration.CorrelationBefore,
            CorrelationAfter = registration.CorrelationAfter,
            ResidualPx = registration.ResidualPx,
            UsableShare = registration.UsableShare,
            Peak = registration.CoarsePeak,
            Feature = registration.Feature == PairFeature.Edges ? "edges" : "intensity",
            IsInverted = registration.IsInverted,
            CommonShare = common,
            CropY = field.Y,
            CropX = field.X,
            Height = field.Height,
            Width = field.Width,
        };
    }
}
