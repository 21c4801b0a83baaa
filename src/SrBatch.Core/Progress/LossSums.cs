using SrBatch.Core.Training;

namespace SrBatch.Core.Progress;

/// <summary>Losses summed over the steps since the last row. Checkpoints keep them, so that a resumed row is complete.</summary>
public readonly record struct LossSums(
    int Count, double Generator, double? Discriminator, int DiscriminatorCount, double? Adversarial, int AdversarialCount, double Pixel,
    double? Ssim)
{
    public LossSums Plus(StepLosses losses) => new(
        Count + 1,
        Generator + losses.Generator,
        Sum(Discriminator, losses.Discriminator), DiscriminatorCount + Counted(losses.Discriminator),
        Sum(Adversarial, losses.Adversarial), AdversarialCount + Counted(losses.Adversarial),
        Pixel + losses.Pixel,
        Sum(Ssim, losses.Ssim));

    /// <summary>Means, each over the steps that have the term.</summary>
    public StepLosses Means() =>
        new(Generator / Count, Discriminator / DiscriminatorCount, Adversarial / AdversarialCount, Pixel / Count, Ssim / Count);

    private static double? Sum(double? sum, double? term) => term is null ? sum : (sum ?? 0) + term;

    private static int Counted(double? term) => term is null ? 0 : 1;
}
