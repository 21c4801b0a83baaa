namespace SrBatch.Core.Quality;

/// <summary>
/// The columns of <c>quality.parquet</c>, in its order; the attribute <c>quality</c> of outputs has the same. To add one that is no score:
/// a property of <see cref="QualityRow"/>, a line here, a line in docs/report.md, and accept the schema test. Scores come from
/// <see cref="MetricTable"/>.
/// </summary>
public static class QualityColumns
{
    public static readonly IReadOnlyList<QualityColumn> All =
    [
        Required("run", row => row.Run, (row, value) => row with { Run = value }),
        Required("image", row => row.Image, (row, value) => row with { Image = value }),
        Required("group", row => row.Group, (row, value) => row with { Group = value }),
        Required("split", row => row.Split, (row, value) => row with { Split = value }),
        Int("t", row => row.T, (row, value) => row with { T = value }),
        Int("c", row => row.C, (row, value) => row with { C = value }),
        Int("z", row => row.Z, (row, value) => row with { Z = value }),
        Int("width", row => row.Width, (row, value) => row with { Width = value }),
        Int("height", row => row.Height, (row, value) => row with { Height = value }),
        Int("scale", row => row.Scale, (row, value) => row with { Scale = value }),
        Double("pixel_size_um", row => row.PixelSizeUm, (row, value) => row with { PixelSizeUm = value }),
        Text("model_sha256", row => row.ModelSha256, (row, value) => row with { ModelSha256 = value }),
        .. MetricTable.Columns.Select(column =>
            Double(column, row => row.Scores[column], (row, value) => row with { Scores = row.Scores.With(column, value) })),
        Double("out_of_distribution", row => row.OutOfDistribution, (row, value) => row with { OutOfDistribution = value }),
        Required("verdict", row => VerdictName.Of(row.Verdict), (row, value) => row with { Verdict = VerdictName.Parse(value) }),
        Text("reasons", row => row.Reasons, (row, value) => row with { Reasons = value }),
        Int("tiles", row => row.Tiles, (row, value) => row with { Tiles = value }),
        Int("halo", row => row.Halo, (row, value) => row with { Halo = value }),
        Double("seconds", row => row.Seconds, (row, value) => row with { Seconds = value }),
        Text("device", row => row.Device, (row, value) => row with { Device = value }),
        Text("precision", row => row.Precision, (row, value) => row with { Precision = value }),
        Text("slurm_job_id", row => row.SlurmJobId, (row, value) => row with { SlurmJobId = value }),
        Int("slurm_array_task_id", row => row.SlurmArrayTaskId, (row, value) => row with { SlurmArrayTaskId = value }),
        new QualityField<int?>("attempt", row => row.Attempt, (row, value) => row with { Attempt = value ?? 1 }, isRequired: true),
        new QualityField<DateTimeOffset?>("finished_at", row => row.FinishedAt, (row, value) => row with { FinishedAt = value }),
        Required("version", row => row.Version, (row, value) => row with { Version = value }),
        Text("output_sha256", row => row.OutputSha256, (row, value) => row with { OutputSha256 = value }),
        new QualityField<DateTimeOffset?>(
            "output_changed_at", row => row.OutputChangedAt, (row, value) => row with { OutputChangedAt = value }),
        Text("scored_with", row => row.ScoredWith, (row, value) => row with { ScoredWith = value }),
    ];

    /// <summary>A row before its columns are read.</summary>
    public static QualityRow Blank { get; } = new() { Run = "", Image = "", Group = "", Split = "", Verdict = Verdict.Fail, Version = "" };

    private static QualityField<string?> Required(string name, Func<QualityRow, string> get, Func<QualityRow, string, QualityRow> set) =>
        new(name, get, (row, value) => set(row, value ?? ""), isRequired: true);

    private static QualityField<string?> Text(string name, Func<QualityRow, string?> get, Func<QualityRow, string?, QualityRow> set) =>
        new(name, get, set);

    private static QualityField<int?> Int(string name, Func<QualityRow, int?> get, Func<QualityRow, int?, QualityRow> set) =>
        new(name, get, set);

    private static QualityField<double?> Double(string name, Func<QualityRow, double?> get, Func<QualityRow, double?, QualityRow> set) =>
        new(name, get, set);
}
