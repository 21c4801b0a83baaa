using System.Globalization;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;
using SrBatch.Storage.Images;
using SrBatch.Storage.TensorBoard;

namespace SrBatch.Pipelines.Training;

/// <summary>What people watch while a network is trained: curves and images for TensorBoard, and the images alone as files. Nothing reads them again.</summary>
internal sealed class ProgressFiles(ModelFolder folder, TimeProvider time)
{
    private int _nextStep = 1;
    private EventFile? _events;

    /// <summary>Begun with the first event of this attempt.</summary>
    private EventFile Events => _events ??= new EventFile(folder.TensorBoard, _nextStep, time);

    /// <summary>Events of later steps are void: an attempt before this one wrote them after its last checkpoint.</summary>
    public void GoOnFrom(int step) => _nextStep = step + 1;

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
        if (scores.Samples is not { Count: > 0 } samples)
        {
            return;
        }
        foreach (ValidationSample sample in samples)
        {
            Events.Write(step, $"validation/{sample.Name}", sample.Panels);
        }
        string path = Path.Combine(folder.Samples, string.Create(CultureInfo.InvariantCulture, $"step-{step:D8}.png"));
        AtomicFile.WriteBytes(path, PngFile.Encode(GrayImage.Stack([.. samples.Select(sample => sample.Panels)])));
    }

    private static IEnumerable<(string Tag, double Value)> Present(IEnumerable<(string Tag, double? Value)> scalars) =>
        scalars.Where(scalar => scalar.Value is not null).Select(scalar => (scalar.Tag, scalar.Value!.Value));
}
