using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Tests.Architecture;
using SrBatch.Torch.Training;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Training;

/// <summary>
/// The first 20 steps of a training, as a file: a refactoring of networks, losses, Adam or schedule must not move them.
/// To accept a change that is meant, on a machine of each kind: SRBATCH_GOLDEN=loss_curve.txt dotnet run --project tests/SrBatch.Tests -- -class SrBatch.Tests.Torch.Training.LossCurveTests
/// </summary>
public class LossCurveTests
{
    /// <summary>
    /// The second was recorded on an AMD EPYC with AVX-512 VP2INTERSECT (Zen 5), from the same code as the first stood for then: there the curve parts from the first in
    /// step 2, whichever instruction set oneDNN may use.
    /// </summary>
    private static readonly string[] Names = ["loss_curve.txt", "loss_curve_zen5.txt"];

    /// <summary>
    /// Relative. On one machine the digits repeat; kernels for other instruction sets sum in another order, which stayed within this for oneDNN's SSE4.1,
    /// AVX2 and AVX-512 with libtorch's plain and AVX2 kernels (ONEDNN_MAX_CPU_ISA, ATEN_CPU_CAPABILITY).
    /// </summary>
    private const double Tolerance = 1e-5;

    [Fact]
    public void Trainer_First20Steps_FollowTheGoldenCurve()
    {
        string[] found = Curve();
        if (Environment.GetEnvironmentVariable("SRBATCH_GOLDEN") is { } name && Names.Contains(name))
        {
            File.WriteAllText(SourceTree.Tests("Golden", name), string.Join('\n', found) + "\n");
            return;
        }
        string?[] differences = [.. Names.Select(golden => Difference(File.ReadAllLines(SourceTree.Tests("Golden", golden)), found))];
        Assert.True(differences.Contains(null), $"the loss curve moved:\n{string.Join("\nor\n", differences)}\nThe file's test says how to accept it.");
    }

    /// <returns>Null: all digits that count are the same.</returns>
    private static string? Difference(string[] golden, string[] found)
    {
        Assert.Equal(golden.Length, found.Length);
        Assert.Equal(golden[0], found[0]);
        return golden.Zip(found).Skip(1).Where(pair => Numbers(pair.First).Zip(Numbers(pair.Second)).Any(number => Math.Abs(number.First - number.Second) > Tolerance * Math.Abs(number.First)))
            .Select(pair => $"- {pair.First}\n+ {pair.Second}").FirstOrDefault();
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
