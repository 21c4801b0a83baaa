using System.Globalization;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Training.Validation;
using SrBatch.Storage.Files;
using SrBatch.Storage.Images;
using SrBatch.Storage.TensorBoard;

namespace SrBatch.Pipelines.Training;

/// <summary>What people watch during training: curves and images for TensorBoard, and the images as files. Nothing reads them.</summary>
/// <param name="done">Steps done. Events of later steps become void: an earlier attempt wrote them after its last checkpoint.</param>
internal sealed class ProgressFiles(ModelFolder folder, int done, TimeProvider time)
{
    private EventFile? _events;

    /// <summary>Started with the first event of this attempt.</summary>
    private EventFile Events => _events ??= new EventFile(folder.TensorBoard, done + 1, time);

    public void Write(TrainingRow row) => Events.Write(row.Step, Present(
    [
        ("loss/generator", row.GeneratorLoss),
        ("loss/discriminator", row.DiscriminatorLoss),
        ("loss/adversarial", row.AdversarialLoss),
        ("loss/pixel", row.PixelLoss),
        ("loss/patch_ssim", row.PatchSsim),
        ("training/learning_rate", row.LearningRate),
        ("training/images_per_second", row.ImagesPerSecond),
    ]));

    public void Write(int step, ValidationScores scores)
    {
        Events.Write(step, Present([("validation/psnr_db", scores.PsnrDb), ("validation/ssim", scores.Ssim)]));
        if (scores.Samples.Count == 0)
        {
            return;
        }
        foreach (ValidationSample sample in scores.Samples)
        {
            Events.Write(step, $"validation/{sample.Name}", sample.Panels);
        }
        string path = Path.Combine(folder.Samples, string.Create(CultureInfo.InvariantCulture, $"step-{step:D8}.png"));
        AtomicFile.WriteBytes(path, PngFile.Encode(GrayImage.Stack([.. scores.Samples.Select(sample => sample.Panels)])));
    }

    private static IEnumerable<(string Tag, double Value)> Present(IEnumerable<(string Tag, double? Value)> scalars) =>
        scalars.Where(scalar => scalar.Value is not null).Select(scalar => (scalar.Tag, scalar.Value!.Value));
}
