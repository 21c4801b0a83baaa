using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;

namespace SrBatch.Torch.Training;

/// <summary>Which precision a model is trained in on this machine, and why.</summary>
/// <param name="Precision">Chosen.</param>
/// <param name="Reason">For the log.</param>
public sealed record TrainingPrecision(Precision Precision, string Reason)
{
    /// <summary>
    /// Largest difference allowed between the gradients in bf16 and in fp32, relative to their length. Rounding makes 0.002 to 0.02 in a
    /// network that is not trained yet; the wrong kernels of some machines (docs/adr/0022) make 0.3 and more.
    /// </summary>
    private const double MostError = 0.15;

    /// <summary>As in the model card.</summary>
    public string Name => Precision == Precision.Bf16 ? "bf16" : "fp32";

    /// <summary>
    /// Chooses by the hardware, not by timing: the same machine always trains in the same precision. <c>auto</c> takes bf16 if there are
    /// units for it and the gradient is right.
    /// </summary>
    /// <param name="asked"><c>auto</c>, <c>fp32</c> or <c>bf16</c>.</param>
    /// <param name="trainer">Is in fp32 afterwards.</param>
    /// <exception cref="SrBatchException">Exit code 69: bf16 was asked for and gives wrong gradients here.</exception>
    public static TrainingPrecision Choose(string asked, Trainer trainer)
    {
        if (asked == "fp32")
        {
            return new TrainingPrecision(Precision.Fp32, "asked for");
        }
        string? units = Bf16Units.Of(trainer.Device);
        if (asked == "auto" && units is null)
        {
            return new TrainingPrecision(Precision.Fp32, Bf16Units.None);
        }
        double error = trainer.RoundingError();
        string found = string.Create(CultureInfo.InvariantCulture, $"its gradient is within {100 * error:F1} % of that in fp32");
        if (error <= MostError)
        {
            return new TrainingPrecision(Precision.Bf16, $"{(asked == "bf16" ? "asked for" : units)}; {found}");
        }
        found = string.Create(
            CultureInfo.InvariantCulture, $"the gradient in bf16 is off by {100 * error:F0} %, {100 * MostError:F0} % are allowed");
        return asked == "auto"
            ? new TrainingPrecision(Precision.Fp32, found)
            : throw new SrBatchException(ExitCode.Unavailable,
                $"{found}: this machine computes it wrong (docs/adr/0022). Train with --precision fp32, or on another node.");
    }

    /// <summary>Whether the machine computes in bf16, or was told to.</summary>
    public static bool HasUnits(Trainer trainer) => trainer.Precision == Precision.Bf16 || Bf16Units.Of(trainer.Device) is not null;
}
