using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>All that is known of a run's images, each plane once, whatever the number of attempts.</summary>
internal sealed class MergedQuality
{
    private MergedQuality(IReadOnlyList<QualityRow> rows, IReadOnlyList<PlannedImage> left)
    {
        Rows = rows;
        Left = left;
    }

    /// <summary>By image id, then t, c, z; failed images as one row.</summary>
    public IReadOnlyList<QualityRow> Rows { get; }

    /// <summary>Images that infer would do and has neither done nor found to be bad.</summary>
    public IReadOnlyList<PlannedImage> Left { get; }

    public static MergedQuality Read(RunFolder run, Plan plan)
    {
        Dictionary<string, QualityRow[]> newest = NewestRows(run, out HashSet<string> madeTwice);
        var merged = new List<QualityRow>();
        var left = new List<PlannedImage>();
        foreach (PlannedImage image in plan.Images)
        {
            bool isDone = File.Exists(run.Image(image.Id)), isKnown = newest.TryGetValue(image.Id, out QualityRow[]? rows);
            if (isDone && (!isKnown || !IsResult(rows!) || (madeTwice.Contains(image.Id) && !IsOf(run, image, rows!))))
            {
                // The task died between the image and its part, or the failure was an earlier attempt's, or clocks disagree on which attempt was the last.
                merged.AddRange(FromOutput(run, image));
            }
            else if (isKnown && (isDone || rows!.Any(row => row.IsFailure)))
            {
                merged.AddRange(rows!);
            }
            else if (image.Split != Split.Train)
            {
                left.Add(image);
            }
        }
        return new MergedQuality([.. merged.OrderBy(row => row.Image, StringComparer.Ordinal).ThenBy(row => row.T).ThenBy(row => row.C).ThenBy(row => row.Z)], left);
    }

    /// <param name="madeTwice">Images that several attempts made.</param>
    /// <returns>By image id, the rows of its newest attempt that ended, done or failed.</returns>
    public static Dictionary<string, QualityRow[]> NewestRows(RunFolder run, out HashSet<string> madeTwice)
    {
        var newest = new Dictionary<string, QualityRow[]>(StringComparer.Ordinal);
        madeTwice = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in QualityPart.Files(run))
        {
            foreach (IGrouping<string, QualityRow> image in QualityParquet.Read(part).GroupBy(row => row.Image))
            {
                QualityRow[] rows = [.. image];
                bool isKnown = newest.TryGetValue(image.Key, out QualityRow[]? before);
                if (isKnown && IsResult(rows) && IsResult(before!))
                {
                    madeTwice.Add(image.Key);
                }
                if (!isKnown || rows[0].FinishedAt >= before![0].FinishedAt)
                {
                    newest[image.Key] = rows;
                }
            }
        }
        return newest;
    }

    private static bool IsResult(QualityRow[] rows) => !rows.Any(row => row.IsFailure);

    /// <summary>Whether rows are of the output that is there: of its model, and with its scores but for the last digits, in which builds and processors differ.</summary>
    private static bool IsOf(RunFolder run, PlannedImage image, QualityRow[] rows)
    {
        QualityRow[] own = [.. InOrder(FromOutput(run, image))];
        return own.Length == rows.Length && own.Zip(InOrder(rows)).All(pair =>
            pair.First.ModelSha256 == pair.Second.ModelSha256 && IsNear(pair.First.PsnrDb, pair.Second.PsnrDb) && IsNear(pair.First.Ssim, pair.Second.Ssim));

        static IEnumerable<QualityRow> InOrder(IEnumerable<QualityRow> rows) => rows.OrderBy(row => row.T).ThenBy(row => row.C).ThenBy(row => row.Z);

        // A score that was not asked for the second time says nothing.
        static bool IsNear(double? a, double? b) => a is null || b is null || Math.Abs(a.Value - b.Value) <= 1e-6 * Math.Abs(a.Value);
    }

    private static IEnumerable<QualityRow> FromOutput(RunFolder run, PlannedImage image)
    {
        try
        {
            return [.. OutputFile.Read(run.Image(image.Id)).Rows.Select(row => row with { Run = run.Name })];
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return [new QualityRow { Run = run.Name, Image = image.Id, Group = image.Group, Split = ManifestWords.Of(image.Split), Verdict = Verdict.Fail, Reasons = fault.Message, Version = AppVersion.Text }];
        }
    }
}
