using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>
/// One large image, killed again and again with all its processes: it ends in the same bytes, and no block that was kept is done again. SRBATCH_KILLS sets how
/// often (8), SRBATCH_KILL_SEED when (1).
/// </summary>
public sealed class BlockResumeTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Of eight windows each.</summary>
    private const int Blocks = 64;

    private const string MakeImage = """
        import h5py, numpy, sys
        y, x = numpy.mgrid[:2048, :256]
        with h5py.File(sys.argv[1], "w") as f:
            f["low"] = (2000 + 1000 * numpy.sin(x / 7 + y / 91) + 300 * numpy.random.default_rng(1).random(y.shape)).astype("u2")
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_KilledAtRandomMoments_GoesOnFromEveryBlock()
    {
        int kills = Setting("SRBATCH_KILLS") ?? 8, seed = Setting("SRBATCH_KILL_SEED") ?? 1;
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        ChildProcess.Python(MakeImage, _folder.File("large.h5"));
        RandomModel.Write(_folder.File("model.safetensors"), 1);
        ManifestJson.Write(_folder.File("manifest.json"), [ManifestJson.Image("large", _folder.File("large.h5"), "/low")], model: new { scale = 1, features = 4 }, inference: new { tile = 64, halo = 16 });
        Srbatch.Run(Infer("whole")).Expect(ExitCode.Done);
        IReadOnlyList<string> whole = RunFiles.Images(_folder.File("whole"));
        Assert.Single(whole);

        int killed = 0;
        for (int round = 0; killed < kills; round++)
        {
            string run = $"killed-{round}";
            int torn = 0, kept = 0;
            while (killed < kills && !IsDone(run))
            {
                int least = KillOnce(run, kept, random);
                killed++;
                PartialFile found = PartialFile.Read(_folder.File(run));
                output.WriteLine($"kill {killed}: {(IsDone(run) ? "the image is done, " : "")}{found.Blocks.Count} blocks kept, {found.Torn} torn");
                Assert.Equal(found.Blocks.Distinct().Count(), found.Blocks.Count);
                if (!IsDone(run))
                {
                    Assert.InRange(found.Blocks.Count, least, Blocks);
                    // Written by all attempts together: what is kept, each block once, and at most one a kill that was being written.
                    Assert.InRange(found.Torn, torn, torn + 1);
                    (torn, kept) = (found.Torn, found.Blocks.Count);
                }
            }
            bool wasDone = IsDone(run);
            SrbatchResult last = Srbatch.Run(Infer(run)).Expect(ExitCode.Done);
            if (!wasDone)
            {
                string done = Assert.Single(last.Logged("info"), line => line.StartsWith("large: ", StringComparison.Ordinal));
                Assert.EndsWith(kept == 0 ? " s" : string.Create(CultureInfo.InvariantCulture, $" s, {kept} of {Blocks} parts done before"), done, StringComparison.Ordinal);
            }
            Assert.Equal(whole, RunFiles.Images(_folder.File(run)));
            Assert.Empty(RunFiles.Temporaries(_folder.File(run)));
            Directory.Delete(_folder.File(run), recursive: true);
        }
    }

    /// <summary>Begins, and kills supervisor and worker at once: before the first block, after a few, or while the image gets its name.</summary>
    /// <returns>Blocks that were kept before the kill, at least.</returns>
    private int KillOnce(string run, int kept, Random random)
    {
        string folder = _folder.File(run);
        int least = kept;
        using SrbatchProcess process = Srbatch.StartGroup(Infer(run));
        switch (random.Next(4))
        {
            case 0:
                Thread.Sleep(random.Next(500));
                break;
            case 1 when kept > Blocks / 2:
                process.WaitUntil(() => Directory.EnumerateFiles(Path.Combine(folder, "images"), ".*.tmp").Any());
                Thread.Sleep(random.Next(30));
                break;
            default:
                int wanted = Math.Min(kept + 1 + random.Next(Blocks / 5), Blocks);
                long length = -1;
                process.WaitUntil(() =>
                {
                    if (PartialFile.Length(folder) is var now && now != length)
                    {
                        length = now;
                        least = PartialFile.Read(folder).Blocks.Count;
                    }
                    return least >= wanted || IsDone(run);
                });
                break;
        }
        process.KillGroup();
        process.Wait();
        return least;
    }

    private bool IsDone(string run) => RunFiles.ImageCount(_folder.File(run)) > 0;

    private string[] Infer(string run) => ["infer", "--manifest", _folder.File("manifest.json"), "--run", _folder.File(run), "--model", _folder.File("model.safetensors"), "--threads", "1", "--device", "cpu", "--precision", "fp32"];

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
