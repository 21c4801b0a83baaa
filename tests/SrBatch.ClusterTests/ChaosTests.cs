using System.Diagnostics;
using System.Globalization;
using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;
using SrBatch.Core.Errors;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>
/// kill -9 at random moments of random processes: of the tasks of an array, of their children, and of a training; whatever Slurm then calls failed is requeued.
/// SRBATCH_CHAOS_KILLS says how often (30), SRBATCH_CHAOS_SEED when (1).
/// </summary>
public sealed class ChaosTests(SlurmLabFixture cluster, NightWork work, ITestOutputHelper output)
    : IClassFixture<SlurmLabFixture>, IDisposable
{
    private const int Shards = 3;

    /// <summary>The last one left is killed before it makes any progress more often than the bound allows, which has a test of its own.</summary>
    private static readonly string[] Unbounded = ["--max-restarts", "100000"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private readonly SlurmLab _lab = cluster.Lab;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KilledAtRandomMoments_AllEndsAsIfNothingHadHappened()
    {
        int kills = Setting("SRBATCH_CHAOS_KILLS") ?? 30, seed = Setting("SRBATCH_CHAOS_SEED") ?? 1;
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        for (int round = 0, killed = 0; killed < kills; round++)
        {
            killed += Round(round, kills - killed, random);
        }
    }

    /// <returns>Kills.</returns>
    private int Round(int round, int most, Random random)
    {
        string folder = _folder.File($"round-{round}"), small = Path.Combine(folder, "small"), large = Path.Combine(folder, "large"), trained = Path.Combine(folder, "trained");
        Directory.CreateDirectory(folder);
        Srbatch.Run("plan", "--manifest", work.Small, "--run", small, "--shards", $"{Shards}").Expect(ExitCode.Done);
        Srbatch.Run("plan", "--manifest", work.Large, "--run", large, "--shards", $"{Shards}").Expect(ExitCode.Done);
        string train = _lab.SubmitScript(folder, "train.sbatch", work.Training, trained, [], Unbounded);
        string[] arrays = [Array(small, work.Small), Array(large, work.Large)];
        string[] tasks = [train, .. arrays.SelectMany(array => Enumerable.Range(0, Shards).Select(task => $"{array}_{task}"))];
        int killed = 0, trainings = 0;
        var time = Stopwatch.StartNew();
        while (true)
        {
            Assert.True(time.Elapsed < Patience, $"not done in {Patience}: {string.Join('\n', tasks.Select(_lab.Job))}");
            Thread.Sleep(random.Next(400));
            IReadOnlyList<ProcessIdentity> workers = _lab.WorkerProcesses();
            if (killed < most && workers.Count > 0)
            {
                ProcessIdentity victim = workers[random.Next(workers.Count)];
                trainings += ProcessTable.CommandOf(victim.Id).Contains("train") ? 1 : 0;
                victim.Signal(SrbatchProcess.Kill);
                killed++;
            }
            ClusterJob[] jobs = [.. tasks.Select(_lab.Job)];
            foreach ((ClusterJob job, string id) in jobs.Zip(tasks))
            {
                if (job is { State: "FAILED", ExitCode: "0:9" })
                {
                    _lab.Requeue(id);
                }
            }
            string[] waiting = [.. jobs.Zip(tasks).Where(pair => pair.First is { State: "PENDING", Restarts: > 0 }).Select(pair => pair.Second)];
            if (waiting.Length > 0)
            {
                _lab.TryStartNow(waiting);
            }
            if (jobs.All(job => job.State == "COMPLETED"))
            {
                break;
            }
            Assert.All(jobs, job => Assert.True(!job.HasEnded || job.State == "COMPLETED" || job.ExitCode == "0:9", $"{job}\n{(File.Exists(job.Output) ? File.ReadAllText(job.Output) : "")}"));
        }
        IReadOnlyList<string> done = JobLog.ImagesDone(folder);
        output.WriteLine($"round {round}: {killed} kills, {trainings} of the training; {done.Count} images done for {NightWork.Images + NightWork.LargeImages}");
        Assert.Equal(RunFiles.Sha256(work.Model), RunFiles.Sha256(Path.Combine(trained, "model.safetensors")));
        foreach ((string run, string serial) in new[] { (small, work.SmallRun), (large, work.LargeRun) })
        {
            Assert.Equal(RunFiles.Images(serial), RunFiles.Images(run));
            Assert.Equal(NightWork.Scores(serial), NightWork.Scores(run));
            Assert.Empty(RunFiles.Temporaries(run));
        }
        Assert.Empty(RunFiles.Temporaries(trained));
        // An image is logged when it has its name: a kill can come before that line, never between two images of the same name.
        Assert.InRange(done.Count, NightWork.Images + NightWork.LargeImages - killed, NightWork.Images + NightWork.LargeImages);
        Assert.Equal(done.Count, done.Distinct().Count());
        _lab.ExpectNoStragglers();
        return killed;

        string Array(string run, string manifest) => _lab.SubmitScript(folder, "infer-array.sbatch", manifest, run, [$"--array=0-{Shards - 1}"], [.. work.InferOptions, .. Unbounded]);
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
