using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.Planning;

/// <summary>Finds the files that earlier runs enhanced or will enhance. Each plan is read once, and no image is opened.</summary>
internal sealed class EarlierRuns
{
    private readonly IReadOnlyList<RunFolder> _runs;

    private EarlierRuns(IReadOnlyList<RunFolder> runs) => _runs = runs;

    /// <param name="folder">A run folder, or a folder of run folders.</param>
    /// <exception cref="SrBatchException">Exit code 64: no such folder.</exception>
    public static EarlierRuns In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new SrBatchException(
                ExitCode.Usage, $"--since is '{folder}', which is not a folder; must be a run folder, or a folder of run folders");
        }
        if (RunFolder.IsAt(folder))
        {
            return new EarlierRuns([new RunFolder(folder)]);
        }
        // Newest first: the newest run knows the files that always fail, so that the parts of the others need not be read.
        return new EarlierRuns(
        [
            .. Directory.EnumerateDirectories(folder).Where(RunFolder.IsAt).Select(path => new RunFolder(path))
                .OrderByDescending(run => File.GetLastWriteTimeUtc(run.Plan)).ThenByDescending(run => run.Path, StringComparer.Ordinal),
        ]);
    }

    /// <summary>Finds the files that need no new run: an earlier run planned them as they are now.</summary>
    /// <param name="files">Absolute paths.</param>
    /// <param name="dataset">Dataset whose images count; <see cref="DatasetReference.Auto"/>: any.</param>
    /// <param name="context">The world outside.</param>
    /// <exception cref="SrBatchException">Exit code 78: a run's plan cannot be read.</exception>
    public IReadOnlySet<string> Settle(IEnumerable<string> files, string dataset, RunContext context)
    {
        Dictionary<string, FileStamp?> open = files.Distinct().ToDictionary(file => file, FileStamps.Of, StringComparer.Ordinal);
        HashSet<string> settled = new(StringComparer.Ordinal), failed = new(StringComparer.Ordinal);
        foreach (RunFolder run in _runs)
        {
            context.Stop.ThrowIfCancellationRequested();
            Plan plan = FrozenPlan.Read(run, context);
            HashSet<string> made = run.ImagesMade();
            var missing = new HashSet<string>(StringComparer.Ordinal);
            foreach (PlannedImage image in plan.Images)
            {
                if (image.Input is not { } input || !IsSame(input.Dataset, dataset)
                    || !open.TryGetValue(input.File, out FileStamp? now) || now is null)
                {
                    continue;
                }
                if (made.Contains(image.Id))
                {
                    bool isUnchanged = image.InputStamp is { } then
                        ? then == now
                        : now.Value.ModifiedUtc <= File.GetLastWriteTimeUtc(run.Image(image.Id));
                    if (isUnchanged)
                    {
                        open.Remove(input.File);
                        settled.Add(input.File);
                    }
                }
                else if (image.Split != Split.Train && image.InputStamp == now)
                {
                    missing.Add(input.File);
                }
            }
            missing.ExceptWith(settled);
            missing.ExceptWith(failed);
            // Reading the quality parts of a large run takes long, so it is done only where it matters.
            if (missing.Count > 0)
            {
                (HasImagesLeft(plan, run, made) ? settled : failed).UnionWith(missing);
            }
        }
        return settled;
    }

    /// <summary>While a run has images left, its next infer also retries those that failed.</summary>
    private static bool HasImagesLeft(Plan plan, RunFolder run, HashSet<string> made)
    {
        Dictionary<string, ImageRows> rows = ImageRows.Read(run);
        return plan.Images.Any(image => image.Split != Split.Train && !made.Contains(image.Id)
            && !(rows.TryGetValue(image.Id, out ImageRows? known) && known.HasFailed));
    }

    private static bool IsSame(string planned, string asked) =>
        asked == DatasetReference.Auto || planned.TrimStart('/') == asked.TrimStart('/');
}
