using SrBatch.Core.Errors;
using SrBatch.Core.Progress;
using static SrBatch.Storage.Parquet.Columns<SrBatch.Core.Progress.TrainingRow>;

namespace SrBatch.Storage.Parquet;

/// <summary><c>training.parquet</c>: one row per logging step.</summary>
public static class TrainingParquet
{
    /// <summary>
    /// To add a column: add a property to <see cref="TrainingRow"/>, a line here and a line in docs/report.md, and accept the new schema in
    /// the test.
    /// </summary>
    private static readonly ParquetTable<TrainingRow> Table = new(
        [
            Int("step", row => row.Step, (row, value) => row with { Step = value }),
            Double("generator_loss", row => row.GeneratorLoss, (row, value) => row with { GeneratorLoss = value }),
            OptionalDouble("discriminator_loss", row => row.DiscriminatorLoss, (row, value) => row with { DiscriminatorLoss = value }),
            OptionalDouble("adversarial_loss", row => row.AdversarialLoss, (row, value) => row with { AdversarialLoss = value }),
            OptionalDouble("pixel_loss", row => row.PixelLoss, (row, value) => row with { PixelLoss = value }),
            OptionalDouble("patch_ssim", row => row.PatchSsim, (row, value) => row with { PatchSsim = value }),
            Double("learning_rate", row => row.LearningRate, (row, value) => row with { LearningRate = value }),
            OptionalDouble("validation_psnr_db", row => row.ValidationPsnrDb, (row, value) => row with { ValidationPsnrDb = value }),
            OptionalDouble("validation_ssim", row => row.ValidationSsim, (row, value) => row with { ValidationSsim = value }),
            Double("seconds", row => row.Seconds, (row, value) => row with { Seconds = value }),
            Double("images_per_second", row => row.ImagesPerSecond, (row, value) => row with { ImagesPerSecond = value }),
        ],
        new TrainingRow { Step = 0, GeneratorLoss = 0, LearningRate = 0, Seconds = 0, ImagesPerSecond = 0 });

    /// <summary>Writes the whole file, replacing an existing one.</summary>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<TrainingRow> rows) => Table.Write(path, rows);

    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyList<TrainingRow> Read(string path) => Table.Read(path);
}
