using System.Text.RegularExpressions;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// The quality rows that one attempt of one shard produced. The file is whole at any time: it is written again with more rows now and then,
/// and at the end. If it is lost, the outputs still hold their rows.
/// </summary>
internal sealed partial class QualityPart(RunFolder run, string shard, RunContext context, string? device, int scale)
{
    /// <summary>Stands in place of the shard in parts with scores that were computed again.</summary>
    public const string Evaluation = "evaluate";

    /// <summary>Key of the footer's metadata: what the attempt's stages spent, as JSON (docs/run-folder.md).</summary>
    public const string StagesKey = "srbatch.stages";

    /// <summary>Key of what the attempt used, as JSON.</summary>
    public const string UsageKey = "srbatch.usage";

    private StageTotals? _stages;
    private RowPart<QualityRow>? _part;

    /// <summary>Where the part is written.</summary>
    public string Folder { get; init; } = run.QualityParts;

    /// <summary>Tells what the attempt used so far; null: not known.</summary>
    public Func<TaskUsage>? Usage { get; set; }

    /// <summary>In which the model runs; null where none runs.</summary>
    public string? Precision { get; set; }

    /// <summary>An image's row with all that does not depend on the plane.</summary>
    public QualityRow BlankRow(PlannedImage image, string? modelSha256 = null) => new()
    {
        Run = run.Name,
        Image = image.Id,
        Group = image.Group,
        Split = ManifestWords.Of(image.Split),
        Scale = scale,
        PixelSizeUm = image.Input?.PixelSizeUm / scale,
        ModelSha256 = modelSha256,
        Verdict = Verdict.Pass,
        Device = device,
        Precision = Precision,
        SlurmJobId = context.Slurm.JobId,
        SlurmArrayTaskId = context.Slurm.ArrayTaskId,
        Attempt = context.Slurm.RestartCount + 1,
        FinishedAt = context.Time.GetUtcNow(),
        Version = AppVersion.Text,
    };

    /// <summary>Adds rows; now and then they are written, so that a kill loses few.</summary>
    public void Add(IEnumerable<QualityRow> rows) => Part.Add(rows);

    public void AddFailure(PlannedImage image, string reason, string? modelSha256) =>
        Add([BlankRow(image, modelSha256) with { Verdict = Verdict.Fail, Reasons = reason }]);

    /// <summary>Adds what the stages spent.</summary>
    public void Spent(StageTotals stages) => _stages = (_stages ?? StageTotals.None).Plus(stages);

    /// <summary>Writes <c>quality/part-SHARD-TIME-NODE-PID.parquet</c>; nothing when there is no row.</summary>
    public void Write() => Part.Write();

    /// <summary>All parts of a run, by name.</summary>
    public static IEnumerable<string> Files(RunFolder run) => PartFolder.Files(run.QualityParts);

    /// <returns>The rows of a part; none if it is damaged.</returns>
    public static IReadOnlyList<QualityRow> RowsOf(string path) => PartFolder.TryRead(path, QualityParquet.Read, out _) ?? [];

    /// <returns>For each damaged part, what is wrong with it.</returns>
    public static IReadOnlyList<string> Damages(RunFolder run)
    {
        var faults = new List<string>();
        foreach (string part in Files(run))
        {
            if (PartFolder.TryRead(part, QualityParquet.Read, out string? fault) is null)
            {
                faults.Add(fault!);
            }
        }
        return faults;
    }

    /// <returns>
    /// What the stages of a part's attempt spent; null if the part is damaged or does not say: it is of an older version, or of scores that
    /// were computed again.
    /// </returns>
    public static StageTotals? StagesOf(string path) =>
        PartFolder.TryRead(path, QualityParquet.ReadMetadata, out _) is { } metadata && metadata.TryGetValue(StagesKey, out string? json)
            ? StageTotals.FromJson(json)
            : null;

    /// <returns>Shard and node in a part's name; null if the name has none.</returns>
    public static (string? Shard, string? Node) NameOf(string path) =>
        NamePattern().Match(Path.GetFileName(path)) is { Success: true } match
            ? (match.Groups[1].Value, match.Groups[2].Value)
            : (null, null);

    private RowPart<QualityRow> Part => _part ??=
        new RowPart<QualityRow>(Folder, shard, (path, rows) => QualityParquet.Write(path, rows, Metadata()), context);

    private Dictionary<string, string> Metadata()
    {
        var metadata = new Dictionary<string, string>();
        if (_stages is not null)
        {
            metadata[StagesKey] = _stages.Rounded().ToJson();
        }
        if (Usage is not null)
        {
            metadata[UsageKey] = Usage().ToJson();
        }
        return metadata;
    }

    [GeneratedRegex(@"^part-(.+?)-\d{8}T\d{9}-(.+)-\d+\.parquet$")]
    private static partial Regex NamePattern();
}
