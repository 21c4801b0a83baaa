using Parquet.Schema;
using SrBatch.Core.Errors;
using SrBatch.Core.Progress;

namespace SrBatch.Storage.Parquet;

/// <summary><c>training.parquet</c>: one row a logging step.</summary>
public static class TrainingParquet
{
    /// <summary>To add a column: a property of <see cref="TrainingRow"/>, a line here, a line in docs/report.md, and accept the schema test.</summary>
    private static readonly ParquetTable<TrainingRow> Table = new(
        [
            new RequiredColumn<TrainingRow, int>(new DataField<int>("step", false), row => row.Step, (row, value) => row with { Step = value }),
            Double("generator_loss", row => row.GeneratorLoss, (row, value) => row with { GeneratorLoss = value }),
            Optional("discriminator_loss", row => row.DiscriminatorLoss, (row, value) => row with { DiscriminatorLoss = value }),
            Optional("adversarial_loss", row => row.AdversarialLoss, (row, value) => row with { AdversarialLoss = value }),
            Optional("pixel_loss", row => row.PixelLoss, (row, value) => row with { PixelLoss = value }),
            Optional("patch_ssim", row => row.PatchSsim, (row, value) => row with { PatchSsim = value }),
            Double("learning_rate", row => row.LearningRate, (row, value) => row with { LearningRate = value }),
            Optional("validation_psnr_db", row => row.ValidationPsnrDb, (row, value) => row with { ValidationPsnrDb = value }),
            Optional("validation_ssim", row => row.ValidationSsim, (row, value) => row with { ValidationSsim = value }),
            Double("seconds", row => row.Seconds, (row, value) => row with { Seconds = value }),
            Double("images_per_second", row => row.ImagesPerSecond, (row, value) => row with { ImagesPerSecond = value }),
        ],
        new TrainingRow { Step = 0, GeneratorLoss = 0, LearningRate = 0, Seconds = 0, ImagesPerSecond = 0 });

    /// <summary>Writes a whole file, over the one there.</summary>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<TrainingRow> rows) => Table.Write(path, rows);

    /// <returns>Rows in the file's order.</returns>
    /// <exception cref="SrBatchException">Missing or damaged (exit 65).</exception>
    public static IReadOnlyList<TrainingRow> Read(string path) => Table.Read(path);

    private static RequiredColumn<TrainingRow, double> Double(string name, Func<TrainingRow, double> get, Func<TrainingRow, double, TrainingRow> set) =>
        new(new DataField<double>(name, false), get, set);

    private static NullableColumn<TrainingRow, double> Optional(string name, Func<TrainingRow, double?> get, Func<TrainingRow, double?, TrainingRow> set) =>
        new(new DataField<double>(name, true), get, set);
}
