using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using SrBatch.Core.Registration;
using static SrBatch.Storage.Parquet.Columns<SrBatch.Core.Registration.RegistrationRow>;

namespace SrBatch.Storage.Parquet;

/// <summary><c>registration.parquet</c>: one row per group of planes of a pair that share a map.</summary>
public static class RegistrationParquet
{
    /// <summary>
    /// To add a column: add a property to <see cref="RegistrationRow"/>, a line here and a line in docs/register.md, and accept the new
    /// schema in the test.
    /// </summary>
    private static readonly ParquetTable<RegistrationRow> Table = new(
        [
            Text("image", row => row.Image, (row, value) => row with { Image = value }),
            Text("group", row => row.Group, (row, value) => row with { Group = value }),
            Text("split", row => row.Split, (row, value) => row with { Split = value }),
            OptionalInt("t", row => row.T, (row, value) => row with { T = value }),
            OptionalInt("c", row => row.C, (row, value) => row with { C = value }),
            OptionalInt("planes", row => row.Planes, (row, value) => row with { Planes = value }),
            OptionalInt("planes_measured", row => row.PlanesMeasured, (row, value) => row with { PlanesMeasured = value }),
            Text("verdict", row => VerdictName.Of(row.Verdict), (row, value) => row with { Verdict = VerdictName.Parse(value) }),
            OptionalText("reasons", row => row.Reasons, (row, value) => row with { Reasons = value }),
            OptionalDouble("moved_median_px", row => row.MovedMedianPx, (row, value) => row with { MovedMedianPx = value }),
            OptionalDouble("moved_max_px", row => row.MovedMaxPx, (row, value) => row with { MovedMaxPx = value }),
            OptionalDouble("shift_y_px", row => row.ShiftYPx, (row, value) => row with { ShiftYPx = value }),
            OptionalDouble("shift_x_px", row => row.ShiftXPx, (row, value) => row with { ShiftXPx = value }),
            OptionalDouble("rotation_deg", row => row.RotationDeg, (row, value) => row with { RotationDeg = value }),
            OptionalDouble("scale_error", row => row.ScaleError, (row, value) => row with { ScaleError = value }),
            OptionalDouble("elastic_median_px", row => row.ElasticMedianPx, (row, value) => row with { ElasticMedianPx = value }),
            OptionalDouble("correlation_before", row => row.CorrelationBefore, (row, value) => row with { CorrelationBefore = value }),
            OptionalDouble("correlation_after", row => row.CorrelationAfter, (row, value) => row with { CorrelationAfter = value }),
            OptionalDouble("residual_px", row => row.ResidualPx, (row, value) => row with { ResidualPx = value }),
            OptionalDouble("usable_share", row => row.UsableShare, (row, value) => row with { UsableShare = value }),
            OptionalDouble("peak", row => row.Peak, (row, value) => row with { Peak = value }),
            OptionalText("feature", row => row.Feature, (row, value) => row with { Feature = value }),
            OptionalBool("is_inverted", row => row.IsInverted, (row, value) => row with { IsInverted = value }),
            OptionalDouble("common_share", row => row.CommonShare, (row, value) => row with { CommonShare = value }),
            OptionalInt("crop_y", row => row.CropY, (row, value) => row with { CropY = value }),
            OptionalInt("crop_x", row => row.CropX, (row, value) => row with { CropX = value }),
            OptionalInt("height", row => row.Height, (row, value) => row with { Height = value }),
            OptionalInt("width", row => row.Width, (row, value) => row with { Width = value }),
            Text("version", row => row.Version, (row, value) => row with { Version = value }),
        ],
        new RegistrationRow { Image = "", Group = "", Split = "", Verdict = Verdict.Fail, Version = "" });

    /// <summary>Writes the whole file, replacing an existing one.</summary>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<RegistrationRow> rows) => Table.Write(path, rows);

    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyList<RegistrationRow> Read(string path) => Table.Read(path);
}
