using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Inference stopped and killed ends in the same images and scores as inference left alone.</summary>
public sealed class InferenceResumeTests : IDisposable
{
    private const string Scores = "image, \"group\", split, t, c, z, width, height, scale, model_sha256, psnr_db, ssim, nrmse, pearson, psnr_input_db, ssim_input, nrmse_input, verdict, reasons, tiles, halo, version";

    private const string MakeStack = """
        import h5py, numpy, sys
        pairs = [h5py.File(f, "r") for f in sys.argv[2:]]
        with h5py.File(sys.argv[1], "w") as f:
            for name in ("low", "high"):
                f[name] = numpy.stack([p[name][...] for p in pairs])
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly ITestOutputHelper _output;
    private readonly string _manifest;

    public InferenceResumeTests(TrainedModel tiny, ITestOutputHelper output)
    {
        _tiny = tiny;
        _output = output;
        ChildProcess.Python(MakeStack, [_folder.File("stack.h5"), .. TrainedModel.Ids.Take(4).Select(tiny.File)]);
        _manifest = ManifestJson.Write(_folder.File("many.json"),
        [
            .. TrainedModel.Ids.Select(id => ManifestJson.Pair(id, tiny.File(id), "test")),
            .. Enumerable.Range(0, 4).Select(i => ManifestJson.Pair($"stack-{i}", _folder.File("stack.h5"), "test", "zyx")),
        ]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_KilledAtRandomMoments_EndsInTheSameImagesAndScores()
    {
        string whole = _folder.File("whole"), killed = _folder.File("killed");
        Srbatch.Run(Infer(whole)).Expect(ExitCode.Done);

        const int Seed = 1;
        _output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (int kill = 0; kill < 5; kill++)
        {
            using SrbatchProcess process = Srbatch.Start(Infer(killed));
            int before = RunFiles.ImageCount(killed);
            process.WaitUntil(() => RunFiles.ImageCount(killed) > before);
            Thread.Sleep(random.Next(100));
            process.Signal(SrbatchProcess.Kill);
            _output.WriteLine($"ended with {process.Wait().Code}; {RunFiles.ImageCount(killed)} of 12 images");
        }
        Srbatch.Run(Infer(killed)).Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Images(whole), RunFiles.Images(killed));
        Assert.Empty(RunFiles.Temporaries(killed));

        IReadOnlyList<string> scores = Report(whole);
        Assert.Equal(24, scores.Count);
        Assert.Equal(24, scores.Select(row => string.Join('|', row.Split('|')[..6])).Distinct().Count());
        Assert.Equal(scores, Report(killed));

        // Whatever became of the parts, the outputs know their scores.
        Directory.Delete(Path.Combine(killed, "quality"), recursive: true);
        Assert.Equal(scores, Report(killed));
    }

    [Theory]
    [InlineData(SrbatchProcess.Terminate)]
    [InlineData(SrbatchProcess.UserSignal1)]
    public void Infer_StoppedBySignal_EndsWith75_AndGoesOn(int signal)
    {
        string run = _folder.File("run");
        using (SrbatchProcess process = Srbatch.Start(Infer(run)))
        {
            process.WaitUntil(() => RunFiles.ImageCount(run) > 1);
            process.Signal(signal);
            SrbatchResult stopped = process.Wait().Expect(ExitCode.Stopped);
            int done = RunFiles.ImageCount(run);
            Assert.Equal($"stopped by a signal; {done} images done, {12 - done} left. Run the same command again to continue.", stopped.Logged("info")[^1]);
            // What is done of an image is kept for the next attempt.
            Assert.All(RunFiles.Temporaries(run), path => Assert.EndsWith(".part", path, StringComparison.Ordinal));
            Srbatch.Run("status", "--run", run).Expect(ExitCode.Stopped);
        }
        Srbatch.Run(Infer(run)).Expect(ExitCode.Done);
        Assert.Equal(12, RunFiles.ImageCount(run));
        Assert.Equal(24, Report(run).Count);
        Assert.Empty(RunFiles.Temporaries(run));
    }

    [Fact]
    public void Infer_StoppedBeforeTheFirstImage_EndsWith75_AndGoesOn()
    {
        string run = _folder.File("run");
        using (SrbatchProcess process = Srbatch.Start(Infer(run)))
        {
            process.WaitForLine("plan frozen");
            process.Signal(SrbatchProcess.Terminate);
            process.Wait().Expect(ExitCode.Stopped);
        }
        Srbatch.Run(Infer(run)).Expect(ExitCode.Done);
        Assert.Equal(24, Report(run).Count);
    }

    private string[] Infer(string run) => ["infer", "--manifest", _manifest, "--run", run, "--model", _tiny.Model, .. Srbatch.Exact];

    private static IReadOnlyList<string> Report(string run)
    {
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        return DuckDbTable.Query($"SELECT {Scores} FROM '{run}/quality.parquet'");
    }
}
