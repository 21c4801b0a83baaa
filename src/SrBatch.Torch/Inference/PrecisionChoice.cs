using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;

namespace SrBatch.Torch.Inference;

/// <summary>The precision in which a model runs on this machine, and the reason.</summary>
/// <param name="Precision">The chosen one.</param>
/// <param name="Reason">For the log.</param>
public sealed record PrecisionChoice(Precision Precision, string Reason)
{
    /// <summary>Largest loss of validation PSNR for bf16, where that was measured at the end of the model's training.</summary>
    private const double MostCostDb = 0.05;

    /// <summary>Smallest PSNR between bf16 and fp32 output for choosing bf16, dB, where the loss of validation PSNR is not known.</summary>
    public const double LeastPsnrDb = 50;

    /// <summary>The same where the user asks for bf16: a smaller PSNR has other causes than rounding.</summary>
    private const double LeastAskedPsnrDb = 35;

    private const int Side = 192;

    /// <summary>The name in reports: <c>fp32</c> or <c>bf16</c>.</summary>
    public string Name => Precision == Precision.Bf16 ? "bf16" : "fp32";

    /// <summary>Chooses by the hardware and the model, never by timing, and packs the generator.</summary>
    /// <param name="asked"><c>auto</c>, <c>fp32</c> or <c>bf16</c>.</param>
    /// <param name="generator">Packed in the chosen precision.</param>
    /// <param name="units">See <see cref="Bf16Units.Of"/>, of the generator's device.</param>
    /// <param name="costDb">Loss of the model's validation PSNR in bf16, dB; null: not known.</param>
    /// <exception cref="SrBatchException">Exit code 69: the user asked for bf16, and it gives wrong images here.</exception>
    public static PrecisionChoice Apply(string asked, TrainedGenerator generator, string? units, double? costDb = null)
    {
        if (!generator.CanPack)
        {
            string reason = asked == "bf16" ? "bf16 is for srbatch's own models only" : "as the model was saved";
            return new PrecisionChoice(Precision.Fp32, reason);
        }
        if (asked == "fp32")
        {
            generator.Pack(Precision.Fp32);
            return new PrecisionChoice(Precision.Fp32, "asked for");
        }
        if (asked == "bf16")
        {
            double asIs = Agreement(generator);
            return asIs >= LeastAskedPsnrDb
                ? new PrecisionChoice(Precision.Bf16, Text($"asked for; {asIs:F1} dB PSNR to this model's output in fp32"))
                : throw new SrBatchException(ExitCode.Unavailable, Text(
                    $"bf16 is asked for, but this model's outputs in bf16 and fp32 differ too much on this machine: {asIs:F1} dB PSNR")
                    + ", where rounding alone gives about 60. Virtual machines that hide their processor's caches have this fault "
                    + "(docs/adr/0022). Pass --precision fp32.");
        }
        if (units is null)
        {
            return Fp32($"{Bf16Units.None}");
        }
        if (costDb > MostCostDb)
        {
            return Fp32($"bf16 is faster on {units}, but costs {costDb:F3} dB of validation PSNR; at most {MostCostDb:F2} is allowed");
        }
        double psnrDb = Agreement(generator), least = costDb is null ? LeastPsnrDb : LeastAskedPsnrDb;
        if (psnrDb < least)
        {
            return Fp32(
                $"bf16 is faster on {units}, but its output differs too much: {psnrDb:F1} dB PSNR; at least {least:F0} is required");
        }
        string cost = costDb is null ? "" : Text($", costs {costDb:F3} dB of validation PSNR");
        return new PrecisionChoice(
            Precision.Bf16,
            Text($"{units}; {psnrDb:F1} dB PSNR to this model's output in fp32{cost}"));

        PrecisionChoice Fp32(FormattableString reason)
        {
            generator.Pack(Precision.Fp32);
            return new PrecisionChoice(Precision.Fp32, Text(reason));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Packs the generator in bf16.</summary>
    /// <returns>Whether its output differs by no more than rounding; some machines compute bf16 wrongly (docs/adr/0022).</returns>
    public static bool TryPackBf16(TrainedGenerator generator) => Agreement(generator) >= LeastAskedPsnrDb;

    /// <summary>PSNR between bf16 and fp32 output, dB, with the range of the fp32 output as peak. Leaves the generator in bf16.</summary>
    private static double Agreement(TrainedGenerator generator)
    {
        int side = TileSide(generator.Stride), outputs = side * side * generator.Scale * generator.Scale;
        float[] image = new float[side * side], exact = new float[outputs], rounded = new float[outputs];
        for (int i = 0; i < image.Length; i++)
        {
            // Bright bands and fine structure on a dark background.
            double x = i % side, y = i / side;
            double bands = Math.Pow(0.5 + (0.5 * Math.Sin((x + (0.6 * y)) / 9)), 8);
            image[i] = (float)(bands + (0.1 * Math.Sin(x * 1.3) * Math.Cos(y * 1.1)) + 0.1);
        }
        generator.Pack(Precision.Fp32);
        generator.Run(image, 1, side, side, exact);
        generator.Pack(Precision.Bf16);
        generator.Run(image, 1, side, side, rounded);
        double error = exact.Zip(rounded, (a, b) => (double)(a - b) * (a - b)).Average(), range = exact.Max() - exact.Min();
        return 20 * Math.Log10(range / Math.Sqrt(error));
    }

    private static int TileSide(int stride) => (Side + stride - 1) / stride * stride;
}
