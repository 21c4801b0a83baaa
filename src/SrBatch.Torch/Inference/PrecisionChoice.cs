using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Inference;

/// <summary>Which precision a model runs in on this machine, and why.</summary>
/// <param name="Precision">Chosen.</param>
/// <param name="Reason">For the log.</param>
public sealed record PrecisionChoice(Precision Precision, string Reason)
{
    /// <summary>bf16 must be faster by this factor: chance alone must never choose, as images of one run are to be alike.</summary>
    private const double LeastGain = 1.3;

    /// <summary>What bf16 may cost a model of its validation PSNR, where that was measured at the end of its training.</summary>
    private const double MostCostDb = 0.05;

    /// <summary>Peak signal-to-noise ratio of bf16 to fp32 output, dB, below which bf16 is not taken where its cost is not known.</summary>
    public const double LeastPsnrDb = 50;

    /// <summary>The same where bf16 was asked for: below it is no rounding.</summary>
    private const double LeastAskedPsnrDb = 35;

    private const int Side = 192, Rounds = 5;

    /// <summary>As the reports write it: <c>fp32</c> or <c>bf16</c>.</summary>
    public string Name => Precision == Precision.Bf16 ? "bf16" : "fp32";

    /// <summary>Chooses by measuring, in a few milliseconds where bf16 has no hardware of its own, and packs the generator so.</summary>
    /// <param name="asked"><c>auto</c>, <c>fp32</c> or <c>bf16</c>.</param>
    /// <param name="generator">Packed in the end.</param>
    /// <param name="costDb">Validation PSNR that bf16 costs the model; null: not known.</param>
    /// <exception cref="SrBatchException">Exit code 69: bf16 was asked for and gives wrong images here.</exception>
    public static PrecisionChoice Apply(string asked, TrainedGenerator generator, double? costDb = null)
    {
        if (!generator.CanPack)
        {
            return new PrecisionChoice(Precision.Fp32, asked == "bf16" ? "bf16 is for models of srbatch's own" : "as the model was saved");
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
                ? new PrecisionChoice(Precision.Bf16, string.Create(CultureInfo.InvariantCulture, $"asked for; {asIs:F1} dB to this model's output in fp32"))
                : throw new SrBatchException(ExitCode.Unavailable, string.Create(CultureInfo.InvariantCulture, $"--precision is 'bf16', but this model's output in it differs too much from that in fp32 on this machine: {asIs:F1} dB, where rounding leaves about 60. Virtual machines that hide their processor's caches have such a fault (docs/adr/0022). Pass --precision auto or fp32."));
        }
        double gain = Gain(generator.IsOnGpu ? CUDA : CPU);
        if (gain < LeastGain)
        {
            generator.Pack(Precision.Fp32);
            return new PrecisionChoice(Precision.Fp32, string.Create(CultureInfo.InvariantCulture, $"a convolution in bf16 is {gain:F1} times as fast here; {LeastGain:F1} is asked for"));
        }
        if (costDb > MostCostDb)
        {
            generator.Pack(Precision.Fp32);
            return new PrecisionChoice(Precision.Fp32, string.Create(CultureInfo.InvariantCulture, $"bf16 is {gain:F1} times as fast, but costs this model {costDb:F3} dB of its validation score; {MostCostDb:F2} are allowed"));
        }
        double psnrDb = Agreement(generator), least = costDb is null ? LeastPsnrDb : LeastAskedPsnrDb;
        if (psnrDb < least)
        {
            generator.Pack(Precision.Fp32);
            return new PrecisionChoice(Precision.Fp32, string.Create(CultureInfo.InvariantCulture, $"bf16 is {gain:F1} times as fast, but this model's output in it differs: {psnrDb:F1} dB, {least:F0} are asked for"));
        }
        return new PrecisionChoice(Precision.Bf16, string.Create(CultureInfo.InvariantCulture, $"a convolution in it is {gain:F1} times as fast as in fp32; {psnrDb:F1} dB between their outputs{(costDb is null ? "" : $", {costDb:F3} dB of validation")}"));
    }

    /// <summary>Packs the generator in bf16.</summary>
    /// <returns>Whether its output then differs by no more than rounding; some machines compute it wrong (docs/adr/0022).</returns>
    public static bool TryPackBf16(TrainedGenerator generator) => Agreement(generator) >= LeastAskedPsnrDb;

    /// <summary>How many times as fast a convolution is in bf16.</summary>
    private static double Gain(Device device)
    {
        const int Features = 32, Rows = 64, Columns = 128;
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor weight = ones(Features, Features, 3, 3, device: device), bias = zeros(Features, device: device), image = ones(1, Rows, Columns, Features, device: device).permute(0, 3, 1, 2);
        var runs = new[] { ScalarType.Float32, ScalarType.BFloat16 }
            .Select(type => (Layer: new PackedWeight(weight, bias, 1, type, type), Image: image.to(type), Fastest: double.PositiveInfinity)).ToArray();
        for (int round = 0; round <= Rounds; round++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                long started = Stopwatch.GetTimestamp();
                runs[i].Layer.Convolve(runs[i].Image, Activation.None).Dispose();
                if (device.type == DeviceType.CUDA)
                {
                    cuda.synchronize();
                }
                // The first one makes the kernel.
                runs[i].Fastest = round == 0 ? runs[i].Fastest : Math.Min(runs[i].Fastest, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }
        foreach ((PackedWeight layer, _, _) in runs)
        {
            layer.Dispose();
        }
        return runs[0].Fastest / runs[1].Fastest;
    }

    /// <summary>PSNR of the bf16 output to the fp32 output, dB, its range as peak; leaves the generator in bf16.</summary>
    private static double Agreement(TrainedGenerator generator)
    {
        int side = TileSide(generator.Stride), outputs = side * side * generator.Scale * generator.Scale;
        float[] image = new float[side * side], exact = new float[outputs], rounded = new float[outputs];
        for (int i = 0; i < image.Length; i++)
        {
            // Bright bands and fine structure on a dark ground.
            double x = i % side, y = i / side;
            image[i] = (float)(Math.Pow(0.5 + (0.5 * Math.Sin((x + (0.6 * y)) / 9)), 8) + (0.1 * Math.Sin(x * 1.3) * Math.Cos(y * 1.1)) + 0.1);
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
