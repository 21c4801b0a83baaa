using Parquet.Schema;
using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using SrBatch.Core.Registration;

namespace SrBatch.Storage.Parquet;

/// <summary><c>registration.parquet</c>: one row for the planes of a pair that share a map.</summary>
public static class RegistrationParquet
{
    /// <summary>To add a column: a property of <see cref="RegistrationRow"/>, a line here, a line in docs/register.md, and accept the schema test.</summary>
    private static readonly ParquetTable<RegistrationRow> Table = new(
        [
            Text("image", row => row.Image, (row, value) => row with { Image = value }),
            Text("group", row => row.Group, (row, value) => row with { Group = value }),
            Text("split", row => row.Split, (row, value) => row with { Split = value }),
            Int("t", row => row.T, (row, value) => row with { T = value }),
            Int("c", row => row.C, (row, value) => row with { C = value }),
            Int("planes", row => row.Planes, (row, value) => row with { Planes = value }),
            Int("planes_measured", row => row.PlanesMeasured, (row, value) => row with { PlanesMeasured = value }),
            Text("verdict", row => VerdictName.Of(row.Verdict), (row, value) => row with { Verdict = VerdictName.Parse(value) }),
            OptionalText("reasons", row => row.Reasons, (row, value) => row with { Reasons = value }),
            Double("moved_median_px", row => row.MovedMedianPx, (row, value) => row with { MovedMedianPx = value }),
            Double("moved_max_px", row => row.MovedMaxPx, (row, value) => row with { MovedMaxPx = value }),
            Double("shift_y_px", row => row.ShiftYPx, (row, value) => row with { ShiftYPx = value }),
            Double("shift_x_px", row => row.ShiftXPx, (row, value) => row with { ShiftXPx = value }),
            Double("rotation_deg", row => row.RotationDeg, (row, value) => row with { RotationDeg = value }),
            Double("scale_error", row => row.ScaleError, (row, value) => row with { ScaleError = value }),
            Double("elastic_median_px", row => row.ElasticMedianPx, (row, value) => row with { ElasticMedianPx = value }),
            Double("correlation_before", row => row.CorrelationBefore, (row, value) => row with { CorrelationBefore = value }),
            Double("correlation_after", row => row.CorrelationAfter, (row, value) => row with { CorrelationAfter = value }),
            Double("residual_px", row => row.ResidualPx, (row, value) => row with { ResidualPx = value }),
            Double("usable_share", row => row.UsableShare, (row, value) => row with { UsableShare = value }),
            Double("peak", row => row.Peak, (row, value) => row with { Peak = value }),
            OptionalText("feature", row => row.Feature, (row, value) => row with { Feature = value }),
            new NullableColumn<RegistrationRow, bool>(new DataField<bool>("is_inverted", true), row => row.IsInverted, (row, value) => row with { IsInverted = value }),
            Double("common_share", row => row.CommonShare, (row, value) => row with { CommonShare = value }),
            Int("crop_y", row => row.CropY, (row, value) => row with { CropY = value }),
            Int("crop_x", row => row.CropX, (row, value) => row with { CropX = value }),
            Int("height", row => row.Height, (row, value) => row with { Height = value }),
            Int("width", row => row.Width, (row, value) => row with { Width = value }),
            Text("version", row => row.Version, (row, value) => row with { Version = value }),
        ],
        new RegistrationRow { Image = "", Group = "", Split = "", Verdict = Verdict.Fail, Version = "" });

    /// <summary>Writes a whole file, over the one there.</summary>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<RegistrationRow> rows) => Table.Write(path, rows);

    /// <returns>Rows in the file's order.</returns>
    /// <exception cref="SrBatchException">Missing or damaged (exit 65).</exception>
    public static IReadOnlyList<RegistrationRow> Read(string path) => Table.Read(path);

    private static TextColumn<RegistrationRow> Text(string name, Func<RegistrationRow, string> get, Func<RegistrationRow, string, RegistrationRow> set) =>
        new(new DataField<string>(name, false), get, (row, value) => set(row, value ?? ""));

    private static TextColumn<RegistrationRow> OptionalText(string name, Func<RegistrationRow, string?> get, Func<RegistrationRow, string?, RegistrationRow> set) =>
        new(new DataField<string>(name, true), get, set);

    private static NullableColumn<RegistrationRow, int> Int(string name, Func<RegistrationRow, int?> get, Func<RegistrationRow, int?, RegistrationRow> set) =>
        new(new DataField<int>(name, true), get, set);

    private static NullableColumn<RegistrationRow, double> Double(string name, Func<RegistrationRow, double?> get, Func<RegistrationRow, double?, RegistrationRow> set) =>
        new(new DataField<double>(name, true), get, set);
}
