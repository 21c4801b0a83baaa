using System.Diagnostics;
using System.Text.RegularExpressions;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Training by several processes that mpirun starts: the model of one.</summary>
public sealed partial class RankedTrainingTests(RankedTraining training) : IClassFixture<RankedTraining>
{
    /// <summary>
    /// Of weights up to 1, after 20 steps. Beyond it: where a gradient is near zero, Adam, which divides by its size, makes a part of a step of what is left of
    /// rounding (one or two weights of five million); and where an activation lies at the kink of a LeakyReLU, rounding decides its slope (up to 0.5 % of the
    /// weights). A step is 0.0001 to 0.001 long: ranks that went other ways would be further apart.
    /// </summary>
    private const double Tolerance = 1e-6, ShareBeyond = 0.02, WorstTolerance = 1e-4;

    private static readonly string[] OpenMpi = ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none"], Mpich = ["mpirun.mpich"];

    /// <summary>mpirun of Open MPI refuses to be started by root without the first two.</summary>
    private static readonly (string Name, string Value)[] Environment =
    [
        ("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"), ("OMPI_MCA_btl_tcp_if_include", "lo"), ("OMPI_MCA_oob_tcp_if_include", "lo"), ("TERM", "dumb"), ("OMPI_MCA_mpi_yield_when_idle", "1"),
    ];

    /// <summary>Beside the tests lies srbatch as the just-in-time compiler runs it.</summary>
    private static string JustInTime => Path.Combine(AppContext.BaseDirectory, "srbatch");

    [Theory]
    [InlineData(true, 2, false)]
    [InlineData(true, 4, false)]
    [InlineData(false, 2, false)]
    [InlineData(true, 2, true)]
    [InlineData(false, 2, true)]
    public void SeveralRanks_EndInTheModelOfOne(bool isOpenMpi, int ranks, bool isJustInTime)
    {
        string name = $"{isOpenMpi}-{ranks}-{isJustInTime}";
        SrbatchResult result = training.Run([.. isOpenMpi ? OpenMpi : Mpich, "-n", $"{ranks}", isJustInTime ? JustInTime : Srbatch.Binary], name, Environment);
        result.Expect(ExitCode.Done);
        Assert.Contains($" for {ranks} processes on this node; each process: training images ", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"{ranks} processes train together ({(isOpenMpi ? "Open MPI" : "MPICH")}", result.Errors, StringComparison.Ordinal);
        RequireSame(training.WeightsOf(name));
        Assert.Equal(Losses(training.One), Losses(result));
    }

    [Fact]
    public void AnotherNumberOfRanks_GoesOnFromTheSameCheckpoint()
    {
        RunFiles.Copy(training.Folder("one"), training.Folder("moved"));
        File.Delete(Path.Combine(training.Folder("moved"), "model.safetensors"));
        foreach (string later in RunFiles.Checkpoints(training.Folder("moved")).Where(path => !path.EndsWith("10.safetensors", StringComparison.Ordinal)))
        {
            File.Delete(later);
        }
        SrbatchResult result = training.Run([.. OpenMpi, "-n", "3", Srbatch.Binary], "moved", Environment);
        result.Expect(ExitCode.Done);
        Assert.Contains("resuming from", result.Errors, StringComparison.Ordinal);
        Assert.Equal(Losses(training.One).Skip(10), Losses(result));
        RequireSame(training.WeightsOf("moved"));
    }

    /// <summary>Seen: rank 0 measured the model for longer than the limit while the other waited, and every start ended with 75.</summary>
    [Fact]
    public void MeasuringTheModelLongerThanTheTimeout_IsNoHang()
    {
        string data = training.Folder("large");
        Srbatch.Run("simulate", "--out", data, "--images", "7", "--size", "768", "--scale", "2", "--structure", "mixed", "--seed", "5")
            .Expect(ExitCode.Done);
        string manifest = ManifestJson.Write(
            training.Folder("large.json"),
            Enumerable.Range(0, 7).Select(i => ManifestJson.Pair($"pair-{i}", $"{data}/pairs/mixed-{i:D4}.h5", i > 0 ? "validation" : "train")),
            new { steps = 2, batch = 2, patch = 32, loss = "l1" });
        string[] train = ["train", "--manifest", manifest, "--run", training.Folder("waits"), "--threads", "1", "--rank-timeout", "5"];
        using SrbatchProcess process = SrbatchProcess.Start(OpenMpi[0], [.. OpenMpi[1..], "-n", "2", Srbatch.Binary, .. train], Environment);
        process.WaitForLine("step 2 of 2");
        var took = Stopwatch.StartNew();
        process.Wait().Expect(ExitCode.Done);
        Assert.True(took.Elapsed > TimeSpan.FromSeconds(5), $"measuring took {took.Elapsed}, less than the limit: this shows nothing");
    }

    [Fact]
    public void MoreRanksThanPatches_AreRefused()
    {
        SrbatchResult result = training.Run([.. OpenMpi, "-n", "9", Srbatch.Binary], "many", Environment);
        Assert.NotEqual((int)ExitCode.Done, result.Code);
        Assert.Contains("9 processes were started, but training.batch is 8", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AFaultOfTheManifest_EndsAllRanksWithItsExitCode()
    {
        string manifest = training.Folder("bad.json");
        File.WriteAllText(manifest, "{");
        using SrbatchProcess process = SrbatchProcess.Start(OpenMpi[0], [.. OpenMpi[1..], "-n", "2", Srbatch.Binary, "train", "--manifest", manifest, "--run", training.Folder("bad")], Environment);
        Assert.Equal((int)ExitCode.BadManifest, process.Wait().Code);
    }

    [Fact]
    public void NoMpi_SaysWhatWasTried()
    {
        SrbatchResult result = training.Run([Srbatch.Binary], "none", [("PMI_RANK", "0"), ("PMI_SIZE", "2"), ("SRBATCH_MPI", "/nowhere/libmpi.so")]);
        result.Expect(ExitCode.Unavailable);
        Assert.Contains("/nowhere/libmpi.so", result.Errors, StringComparison.Ordinal);
    }

    private void RequireSame(IReadOnlyList<WeightArray> weights)
    {
        Assert.Equal(training.Weights.Select(array => array.Name), weights.Select(array => array.Name));
        float[] one = [.. training.Weights.SelectMany(array => array.Values.ToArray())], several = [.. weights.SelectMany(array => array.Values.ToArray())];
        int beyond = one.Zip(several).Count(pair => Math.Abs((double)pair.First - pair.Second) > Tolerance);
        double worst = one.Zip(several).Max(pair => Math.Abs((double)pair.First - pair.Second));
        Assert.True(beyond <= ShareBeyond * one.Length && worst < WorstTolerance, $"{beyond} of {one.Length} weights are more than {Tolerance} from those of one process, the worst {worst:G3}");
    }

    /// <summary>Each step's loss, and scores of the validations, to the digits that the log has.</summary>
    private static IEnumerable<string> Losses(SrbatchResult result) =>
        result.Errors.Split('\n').Where(line => line.Contains(" of 20: loss ", StringComparison.Ordinal)).Select(line => Rate().Replace(line[line.IndexOf("step", StringComparison.Ordinal)..], ""));

    [GeneratedRegex(", [0-9.]+ patches/s")]
    private static partial Regex Rate();
}
