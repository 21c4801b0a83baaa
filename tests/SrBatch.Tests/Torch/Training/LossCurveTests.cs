using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Tests.Architecture;
using SrBatch.Torch.Training;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Training;

/// <summary>
/// The first 20 steps of a training, as a file: a refactoring of networks, losses, Adam or schedule must not move them.
/// To accept a change that is meant: SRBATCH_GOLDEN=1 dotnet run --project tests/SrBatch.Tests -- -class SrBatch.Tests.Torch.Training.LossCurveTests
/// </summary>
public class LossCurveTests
{
    private const string Name = "loss_curve.txt";

    /// <summary>Relative, in the first steps. On one machine the digits repeat; kernels for other instruction sets sum in another order.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>
    /// After them. Where an activation lies at the kink of a LeakyReLU, rounding decides its slope, and both networks go on from there: with oneDNN's AVX2
    /// kernels the 20 steps agree to 1e-7 between processors, with its AVX-512 ones to 1e-6 up to step 8 and to 0.005 at step 20.
    /// </summary>
    private const double LateTolerance = 0.02;
    private const int EarlySteps = 8;

    /// <summary>An SSIM near 0 is a difference of larger numbers, and no more exact than they are.</summary>
    private const double LeastScale = 0.1;

    [Fact]
    public void Trainer_First20Steps_FollowTheGoldenCurve()
    {
        string[] found = Curve();
        string path = SourceTree.Tests("Golden", Name);
        if (Environment.GetEnvironmentVariable("SRBATCH_GOLDEN") == "1")
        {
            File.WriteAllText(path, string.Join('\n', found) + "\n");
            return;
        }
        string[] golden = File.ReadAllLines(path);
        Assert.Equal(golden.Length, found.Length);
        Assert.Equal(golden[0], found[0]);
        foreach ((string expected, string actual) in golden.Zip(found).Skip(1))
        {
            double tolerance = Numbers(expected).First() <= EarlySteps ? Tolerance : LateTolerance;
            foreach ((double e, double a) in Numbers(expected).Zip(Numbers(actual)))
            {
                Assert.True(Math.Abs(e - a) <= tolerance * Math.Max(Math.Abs(e), LeastScale), $"the loss curve moved:\n- {expected}\n+ {actual}\nThe file's test says how to accept it.");
            }
        }
    }

    private static string[] Curve()
    {
        int threads = get_num_threads();
        set_num_threads(1);
        try
        {
            using Trainer trainer = TrainerTests.Make(LossKind.Gan, scale: 2, options: options => options with { DiscriminatorStart = 0, DiscriminatorEvery = 1 });
            return
            [
                "step generator discriminator adversarial pixel ssim",
                .. Enumerable.Range(1, 20).Select(step =>
                {
                    StepLosses losses = trainer.Step(step, TrainerTests.Batch(step, 2));
                    return string.Create(CultureInfo.InvariantCulture,
                        $"{step} {losses.Generator:G9} {losses.Discriminator:G9} {losses.Adversarial:G9} {losses.Pixel:G9} {losses.Ssim:G9}");
                }),
            ];
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static IEnumerable<double> Numbers(string line) => line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture));
}
