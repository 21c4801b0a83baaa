using System.Globalization;
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

    /// <summary>How often rows are kept: after so many, or after this time.</summary>
    private const int MostUnkept = 500;
    private static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(30);

    /// <summary>A part takes so many times longer to fill than to write.</summary>
    private const int WorkPerWrite = 20;

    private readonly List<QualityRow> _rows = [];
    private StageTotals? _stages;
    private string? _name;
    private int _kept;
    private long _keptAt = context.Time.GetTimestamp();
    private TimeSpan _lastWrite;

    /// <summary>Where the part is written.</summary>
    public string Folder { get; init; } = run.QualityParts;

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

    public void Add(IEnumerable<QualityRow> rows) => _rows.AddRange(rows);

    public void AddFailure(PlannedImage image, string reason, string? modelSha256) =>
        _rows.Add(BlankRow(image, modelSha256) with { Verdict = Verdict.Fail, Reasons = reason });

    /// <summary>Adds what the stages spent.</summary>
    public void Spent(StageTotals stages) => _stages = (_stages ?? StageTotals.None).Plus(stages);

    /// <summary>Writes the part if that is due, so that a kill loses few rows.</summary>
    public void Keep()
    {
        TimeSpan passed = context.Time.GetElapsedTime(_keptAt);
        if (passed > WorkPerWrite * _lastWrite && (_rows.Count - _kept >= MostUnkept || passed >= KeepInterval))
        {
            Write();
        }
    }

    /// <summary>Writes <c>quality/part-SHARD-TIME-NODE-PID.parquet</c>; nothing when there is no row.</summary>
    public void Write()
    {
        long started = context.Time.GetTimestamp();
        if (_rows.Count > 0)
        {
            _name ??= NewName();
            Dictionary<string, string>? metadata = _stages is null ? null : new() { [StagesKey] = _stages.Rounded().ToJson() };
            QualityParquet.Write(Path.Combine(Folder, _name), _rows, metadata);
        }
        (_kept, _keptAt, _lastWrite) = (_rows.Count, context.Time.GetTimestamp(), context.Time.GetElapsedTime(started));
    }

    /// <summary>All parts of a run, by name.</summary>
    public static IEnumerable<string> Files(RunFolder run) => Files(run.QualityParts);

    /// <summary>All parts in a folder, by name.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "part-*.parquet").Order(StringComparer.Ordinal) : [];

    /// <returns>
    /// What the stages of a part's attempt spent; null if the part does not say: it is of an older version, or of scores that were computed
    /// again.
    /// </returns>
    public static StageTotals? StagesOf(string path) =>
        QualityParquet.ReadMetadata(path).TryGetValue(StagesKey, out string? json) ? StageTotals.FromJson(json) : null;

    /// <returns>Shard and node in a part's name; null if the name has none.</returns>
    public static (string? Shard, string? Node) NameOf(string path) =>
        NamePattern().Match(Path.GetFileName(path)) is { Success: true } match
            ? (match.Groups[1].Value, match.Groups[2].Value)
            : (null, null);

    private string NewName()
    {
        string time = context.Time.GetUtcNow().ToString("yyyyMMddTHHmmssfff", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"part-{shard}-{time}-{Environment.MachineName}-{Environment.ProcessId}.parquet");
    }

    [GeneratedRegex(@"^part-(.+?)-\d{8}T\d{9}-(.+)-\d+\.parquet$")]
    private static partial Regex NamePattern();
}
