using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Native;

namespace SrBatch.Torch.Training;

/// <summary>The losses of a step, summed over its pieces and over all ranks.</summary>
internal sealed class LossSum(TrainingOptions options, ICollective ranks)
{
    /// <summary>All ranks call it together.</summary>
    /// <param name="shares">The part of the step's patches that each piece of this rank is.</param>
    /// <param name="terms">Of each piece.</param>
    /// <param name="discriminator">This rank's part of the discriminator's loss; null if it did not learn.</param>
    /// <param name="notCounted">Pixels of this rank that do not count, as a share of the step's.</param>
    /// <returns>The losses, and the factor that makes the pixel term a mean over the pixels that count.</returns>
    public (StepLosses Losses, double PixelFactor) OfAllRanks(double[] shares, LossTerms[] terms, double? discriminator, double notCounted)
    {
        Span<double> sums = [0, 0, 0, discriminator ?? 0, notCounted];
        for (int i = 0; i < terms.Length; i++)
        {
            sums[0] += shares[i] * terms[i].Pixel.Value();
            sums[1] += shares[i] * (terms[i].Ssim?.Value() ?? 0);
            sums[2] += shares[i] * (terms[i].Adversarial?.Value() ?? 0);
        }
        ranks.Sum(sums);
        double factor = sums[4] is > 0 and < 1 ? 1 / (1 - sums[4]) : 1, pixel = sums[0] * factor;
        bool hasSsim = terms[0].Ssim is not null;
        double structure = hasSsim ? options.StructureWeight() * Losses.Structure(sums[1]) : 0;
        double generator = (options.PixelWeight() * pixel) + structure + sums[2];
        double? adversarial = terms[0].Adversarial is null ? null : sums[2];
        return (new StepLosses(generator, discriminator is null ? null : sums[3], adversarial, pixel, hasSsim ? sums[1] : null), factor);
    }

    /// <exception cref="SrBatchException">Exit code 65.</exception>
    public static void RequireFinite(int step, StepLosses losses)
    {
        if (!double.IsFinite(losses.Generator) || losses.Discriminator is { } d && !double.IsFinite(d))
        {
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"step {step}: the loss is {losses.Generator} (pixel {losses.Pixel}, discriminator "
                + $"{losses.Discriminator?.ToString() ?? "none"}); expected a finite number. Checkpoints before it are kept. "
                + "Lower training.learningRate, or look for NaN or empty training images with 'srbatch inspect --digest'.");
        }
    }
}
