using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>All rows of a run's images: each plane once, whatever the number of attempts.</summary>
internal sealed class MergedQuality
{
    private MergedQuality(IReadOnlyList<QualityRow> rows, IReadOnlyList<PlannedImage> left)
    {
        Rows = rows;
        Left = left;
    }

    /// <summary>By image id, then t, c, z; failed images as one row.</summary>
    public IReadOnlyList<QualityRow> Rows { get; }

    /// <summary>Images that infer has still to do: neither done nor failed.</summary>
    public IReadOnlyList<PlannedImage> Left { get; }

    public static MergedQuality Read(RunFolder run, Plan plan) =>
        Read(run, plan.Images, ImageRows.Read(run), image => StateOf(run, plan, image));

    /// <param name="run">Has the outputs.</param>
    /// <param name="images">Those whose rows are wanted.</param>
    /// <param name="known">What the parts hold.</param>
    /// <param name="state">Tells which evaluation is of an image's output.</param>
    public static MergedQuality Read(
        RunFolder run,
        IEnumerable<PlannedImage> images,
        IReadOnlyDictionary<string, ImageRows> known,
        Func<PlannedImage, OutputState> state)
    {
        var merged = new List<QualityRow>();
        var left = new List<PlannedImage>();
        foreach (PlannedImage image in images)
        {
            ImageRows? rows = known.GetValueOrDefault(image.Id);
            if (File.Exists(run.Image(image.Id)))
            {
                merged.AddRange(state(image).NewestOf(rows)
                    ?? (rows is not null && IsOfOutput(run, image, rows) ? rows.NewestResult : FromOutput(run, image)));
            }
            else if (rows is { HasFailed: true })
            {
                merged.AddRange(rows.Newest);
            }
            else if (image.Split != Split.Train)
            {
                left.Add(image);
            }
        }
        return new MergedQuality([.. InOrder(merged)], left);
    }

    private static OutputState StateOf(RunFolder run, Plan plan, PlannedImage image) => new(
        run.Image(image.Id), OutputFile.Dataset, image, plan.Model.Scale, new Hdf5ReadOptions { LinkedFolders = plan.LinkedFolders });

    /// <summary>
    /// Whether the parts have rows of the output that is there. They do not when the task died between the image and its part; they may not
    /// when several attempts made the image, as their clocks may disagree on which was the last. Then the rows must have the output's
    /// model, and its scores but for the last digits, in which builds and processors differ. An evaluation is of the output that it read,
    /// unless the output was made again since, by another model.
    /// </summary>
    private static bool IsOfOutput(RunFolder run, PlannedImage image, ImageRows known)
    {
        QualityRow[] rows = known.NewestResult;
        if (known.HasFailedEvaluation && FromOutput(run, image).Any(row => row.IsFailure))
        {
            return false; // the output is damaged, and says so itself
        }
        if (rows.Length == 0 || !known.IsDoubtful)
        {
            return rows.Length > 0 && (!known.IsEvaluation || IsOfModel(run.Image(image.Id), rows[0].ModelSha256));
        }
        QualityRow[] own = [.. InOrder(FromOutput(run, image))];
        return own.Length == rows.Length && own.Zip(InOrder(rows)).All(pair =>
            pair.First.ModelSha256 == pair.Second.ModelSha256
            && IsNear(pair.First.PsnrDb, pair.Second.PsnrDb)
            && IsNear(pair.First.Ssim, pair.Second.Ssim));

        // A score that was not asked for the second time says nothing.
        static bool IsNear(double? a, double? b) => a is null || b is null || Math.Abs(a.Value - b.Value) <= 1e-6 * Math.Abs(a.Value);
    }

    /// <summary>True also if either model is not known.</summary>
    private static bool IsOfModel(string path, string? modelSha256)
    {
        try
        {
            return modelSha256 is null || OutputFile.Read(path).ModelSha256 == modelSha256;
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return true; // the evaluation could read the pixels, which is all that it needs
        }
    }

    private static IEnumerable<QualityRow> InOrder(IEnumerable<QualityRow> rows) => rows
        .OrderBy(row => row.Image, StringComparer.Ordinal)
        .ThenBy(row => row.T)
        .ThenBy(row => row.C)
        .ThenBy(row => row.Z);

    private static IEnumerable<QualityRow> FromOutput(RunFolder run, PlannedImage image)
    {
        try
        {
            return [.. OutputFile.Read(run.Image(image.Id)).Rows.Select(row => row with { Run = run.Name })];
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return
            [
                new QualityRow
                {
                    Run = run.Name,
                    Image = image.Id,
                    Group = image.Group,
                    Split = ManifestWords.Of(image.Split),
                    Verdict = Verdict.Fail,
                    Reasons = fault.Message,
                    Version = AppVersion.Text,
                },
            ];
        }
    }
}
