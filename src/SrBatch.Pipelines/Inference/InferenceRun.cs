using System.Globalization;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// What all images of one inference share: the plan, where results go, the claims on images, and what became of each image.
/// </summary>
internal sealed class InferenceRun : IDisposable
{
    private readonly QualityPart _part;
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);

    public InferenceRun(Plan plan, RunFolder folder, QualityPart part, RunContext context)
    {
        (Plan, Folder, _part, Context) = (plan, folder, part, context);
        Claims = new ImageClaims(folder, context);
        Reading = context.Reading(plan.LinkedFolders);
    }

    public Plan Plan { get; }
    public RunFolder Folder { get; }
    public RunContext Context { get; }
    public ImageClaims Claims { get; }

    /// <summary>Shows others what became of the images; null: nobody looks.</summary>
    public TaskState? Task { get; init; }

    /// <summary>How images are opened.</summary>
    public Hdf5ReadOptions Reading { get; init; }

    /// <summary>Images that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>In which the models run.</summary>
    public string? Precision
    {
        set => _part.Precision = value;
    }

    /// <summary>Whether this process has enhanced an image, or found that it cannot.</summary>
    public bool IsSettled(PlannedImage image) => _settled.Contains(image.Id);

    /// <summary>An image's row with all that does not depend on the plane.</summary>
    public QualityRow BlankRow(PlannedImage image, string modelSha256) => _part.BlankRow(image, modelSha256);

    /// <summary>Notes an image that has its final name.</summary>
    public void Done(ImageWork work, IReadOnlyList<QualityRow> rows)
    {
        _part.Add(rows);
        Task?.ImageDone();
        _settled.Add(work.Image.Id);
        Log.ImageDone(
            Context.Log,
            work.Image.Id,
            rows.Count,
            work.Image.Input!.Height,
            work.Image.Input.Width,
            rows.Sum(row => row.Tiles ?? 0),
            rows.Sum(row => row.Seconds ?? 0).ToString("F2", CultureInfo.InvariantCulture),
            work.Resumed == 0 ? "" : $", {work.Resumed} of {work.BlockCount} parts done before");
        Claims.Release(work.Image);
        CrashMark.NoteDone();
    }

    /// <summary>Notes an image that cannot be enhanced.</summary>
    public void Fail(PlannedImage image, string reason, string? modelSha256)
    {
        Failed++;
        _settled.Add(image.Id);
        _part.AddFailure(image, reason, modelSha256);
        Task?.ImageFailed();
        Log.ImageFailed(Context.Log, image.Id, reason);
        Claims.Release(image);
    }

    /// <summary>Adds what the stages spent.</summary>
    public void Spent(StageTimes times) => _part.Spent(times.Totals);

    public void Dispose() => Claims.Dispose();
}
