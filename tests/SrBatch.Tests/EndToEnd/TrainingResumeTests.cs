using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;
using SrBatch.Tests.Storage.TensorBoard;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Training stopped, killed and damaged ends in the same bytes as training left alone.</summary>
public sealed class TrainingResumeTests(TrainedModel tiny, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gan")]
    [InlineData("l1")]
    public void Train_KilledAtSeveralMoments_EndsInTheSameModel(string loss)
    {
        string manifest = tiny.WriteManifest(loss, loss);
        string whole = _folder.File("whole"), killed = _folder.File("killed");
        Srbatch.Run(Train(manifest, whole)).Expect(ExitCode.Done);

        const int Seed = 1;
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (int kill = 0; kill < 4; kill++)
        {
            using SrbatchProcess process = Srbatch.Start(Train(manifest, killed));
            IReadOnlyList<string> before = RunFiles.Checkpoints(killed);
            // By turns soon after a new checkpoint has its name, and anywhere between the first steps and the end.
            process.WaitUntil(() => kill % 2 == 0 ? RunFiles.Checkpoints(killed).Except(before).Any() : Directory.Exists(killed));
            Thread.Sleep(random.Next(kill % 2 == 0 ? 100 : 1500));
            process.Signal(SrbatchProcess.Kill);
            output.WriteLine($"ended with {process.Wait().Code}; {string.Join(' ', RunFiles.Checkpoints(killed).Select(Path.GetFileName))}");
        }
        Srbatch.Run(Train(manifest, killed)).Expect(ExitCode.Done);
        ExpectSame(whole, killed);
    }

    [Fact]
    public void Train_BegunInBf16_GoesOnInItToTheSameModel()
    {
        string whole = _folder.File("whole"), stopped = _folder.File("stopped");
        SrbatchResult trained = Srbatch.Run([.. Train(tiny.Manifest, whole), "--precision", "bf16"]).Expect(ExitCode.Done);
        Assert.Contains(trained.Logged("info"), line => line.StartsWith("trains in bf16: asked for; its gradient is within ", StringComparison.Ordinal));
        using (SrbatchProcess process = Srbatch.Start([.. Train(tiny.Manifest, stopped), "--precision", "bf16"]))
        {
            process.WaitForLine("step 3 of 12");
            process.Signal(SrbatchProcess.Terminate);
            process.Wait().Expect(ExitCode.Stopped);
        }
        SrbatchResult again = Srbatch.Run(Train(tiny.Manifest, stopped)).Expect(ExitCode.Done);
        Assert.Contains("trains in bf16: as it began", again.Logged("info"));
        ExpectSame(whole, stopped);
        Assert.Contains("trained in bf16; in bf16 its validation PSNR is ", Srbatch.Run("inspect", Path.Combine(whole, "model.safetensors")).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(whole, "model.safetensors")), File.ReadAllBytes(Path.Combine(tiny.Run, "model.safetensors")));
    }

    [Theory]
    [InlineData(SrbatchProcess.Terminate)]
    [InlineData(SrbatchProcess.UserSignal1)]
    public void Train_StoppedBySignal_SavesAndGoesOnToTheSameModel(int signal)
    {
        string run = _folder.File("run");
        using (SrbatchProcess process = Srbatch.Start(Train(tiny.Manifest, run)))
        {
            process.WaitForLine("step 3 of 12");
            process.Signal(signal);
            SrbatchResult stopped = process.Wait().Expect(ExitCode.Stopped);
            string saved = RunFiles.Checkpoints(run)[^1];
            int step = int.Parse(Path.GetFileNameWithoutExtension(saved)["step-".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal($"stopped by a signal after step {step}; saved {saved}. Run the same command again to continue.", stopped.Logged("info")[^1]);
            Assert.False(File.Exists(Path.Combine(run, "model.safetensors")));
        }
        SrbatchResult again = Srbatch.Run(Train(tiny.Manifest, run)).Expect(ExitCode.Done);
        Assert.Contains(again.Logged("info"), line => line.StartsWith("resuming from ", StringComparison.Ordinal));
        ExpectSame(tiny.Run, run);
    }

    [Fact]
    public void Train_StoppedBeforeTheFirstStep_EndsWith75_AndGoesOn()
    {
        string run = _folder.File("run");
        using (SrbatchProcess process = Srbatch.Start(Train(tiny.Manifest, run)))
        {
            process.WaitForLine("plan frozen");
            process.Signal(SrbatchProcess.Terminate);
            process.Wait().Expect(ExitCode.Stopped);
        }
        Srbatch.Run(Train(tiny.Manifest, run)).Expect(ExitCode.Done);
        ExpectSame(tiny.Run, run);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_NewestCheckpointDamaged_WarnsAndGoesOnFromTheOneBefore(bool truncate)
    {
        string run = _folder.File("run");
        RunFiles.Copy(tiny.Run, run);
        File.Delete(Path.Combine(run, "model.safetensors"));
        string newest = RunFiles.Checkpoints(run)[^1], before = RunFiles.Checkpoints(run)[^2];
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, truncate ? bytes[..^1000] : bytes);

        SrbatchResult again = Srbatch.Run(Train(tiny.Manifest, run)).Expect(ExitCode.Done);
        string warning = Assert.Single(again.Logged("warning"));
        Assert.StartsWith($"skipped {newest}: ", warning, StringComparison.Ordinal);
        Assert.Contains($"resuming from {before}", again.Logged("info"));
        ExpectSame(tiny.Run, run);
    }

    [Fact]
    public void Train_MoreSteps_GoesOnFromTheFinishedModel()
    {
        string run = _folder.File("run");
        RunFiles.Copy(tiny.Run, run);
        SrbatchResult more = Srbatch.Run([.. Train(tiny.Manifest, run), "--steps", "14"]).Expect(ExitCode.Done);
        Assert.Contains($"resuming from {run}/checkpoints/step-00000012.safetensors", more.Logged("info"));
        Assert.Contains(
            "the training had 12 steps and is to have 14 now: steps 1 to 12 as begun, 13 to 14 at a tenth of the learning rate",
            more.Logged("info"));
        string model = Path.Combine(run, "model.safetensors"), whole = RunFiles.Sha256(model);
        Assert.NotEqual(RunFiles.Sha256(tiny.Model), whole);
        Assert.Contains(
            "  schedule     steps 1 to 12 as begun, 13 to 14 at a tenth of the learning rate",
            Srbatch.Run("inspect", model).Expect(ExitCode.Done).Output, StringComparison.Ordinal);

        // Again from the last checkpoint, which knows the segments.
        File.Delete(model);
        SrbatchResult again = Srbatch.Run([.. Train(tiny.Manifest, run), "--steps", "14"]).Expect(ExitCode.Done);
        Assert.DoesNotContain(again.Logged("info"), line => line.StartsWith("the training had ", StringComparison.Ordinal));
        Assert.Equal(whole, RunFiles.Sha256(model));

        // Fewer than it has: nothing is done, and it says what the model is.
        SrbatchResult fewer = Srbatch.Run([.. Train(tiny.Manifest, run), "--steps", "9"]).Expect(ExitCode.Done);
        Assert.Contains($"already trained: {model} has all 14 steps", fewer.Logged("info"));
        Assert.Equal(["9 steps are asked for: a shorter training needs a new run folder"], fewer.Logged("warning"));
        Assert.Equal(whole, RunFiles.Sha256(model));
    }

    [Fact]
    public void Train_FewerSteps_FallsFromTheNewestCheckpoint()
    {
        string run = _folder.File("run");
        RunFiles.Copy(tiny.Run, run);
        File.Delete(Path.Combine(run, "model.safetensors"));
        foreach (string later in RunFiles.Checkpoints(run).Where(path => !path.EndsWith("6.safetensors", StringComparison.Ordinal)))
        {
            File.Delete(later);
        }
        SrbatchResult fewer = Srbatch.Run([.. Train(tiny.Manifest, run), "--steps", "9"]).Expect(ExitCode.Done);
        Assert.Contains(
            "the training had 12 steps and is to have 9 now: steps 1 to 6 as begun with 12 steps, "
                + "7 to 9 with a learning rate that falls from where it was",
            fewer.Logged("info"));
    }

    private static string[] Train(string manifest, string run) => ["train", "--manifest", manifest, "--run", run, "--threads", "1"];

    private static void ExpectSame(string whole, string resumed)
    {
        Assert.Equal(RunFiles.Sha256(Path.Combine(whole, "model.safetensors")), RunFiles.Sha256(Path.Combine(resumed, "model.safetensors")));
        Assert.Equal(["3", "6", "9", "12"], DuckDbTable.Query($"SELECT step FROM '{resumed}/training.parquet'"));
        Assert.Empty(RunFiles.Temporaries(resumed));
        Assert.Equal(Samples(whole), Samples(resumed));
        Assert.Equal(Events(whole), Events(resumed));
        string last = $"checkpoints/step-{TrainedModel.Steps:D8}.safetensors";
        Assert.Equal(RunFiles.Sha256(Path.Combine(whole, last)), RunFiles.Sha256(Path.Combine(resumed, last)));
    }

    private static IEnumerable<string> Samples(string run) =>
        Directory.GetFiles(Path.Combine(run, "samples")).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {RunFiles.Sha256(file)}");

    private static IEnumerable<string> Events(string run) =>
        EventReader.Read(Path.Combine(run, "tensorboard")).Select(e => $"{(int)e!["step"]!:D2} {e["tag"]}").Order(StringComparer.Ordinal);
}
