using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;
using SrBatch.Core.Errors;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>slurm/nightly.sh over several nights, and killed at each of its stages.</summary>
public sealed class NightlyTests : IClassFixture<SlurmLabFixture>, IDisposable
{
    private const int Files = 4;

    private static readonly string[] Moments = ["before", "after"];

    /// <summary>Calls of srbatch and sbatch that a night makes: scan, plan, status, the array and the report.</summary>
    private const int Stages = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly SlurmLab _lab;
    private readonly NightWork _work;
    private readonly string _watch;

    public NightlyTests(SlurmLabFixture cluster, NightWork work)
    {
        _lab = cluster.Lab;
        _work = work;
        _watch = _folder.File("incoming images");
        Directory.CreateDirectory(_watch);
        for (int i = 0; i < Files; i++)
        {
            Copy(i, $"fov-{i}.h5");
        }
        // Both programs through a script that kills the whole night, itself included, at the wanted call, before or after it.
        foreach ((string name, string program) in new[] { ("srbatch", Srbatch.Binary), ("sbatch", SlurmPrograms.Find("sbatch")) })
        {
            string wrapper = _folder.File($"bin/{name}");
            Directory.CreateDirectory(_folder.File("bin"));
            File.WriteAllText(wrapper, $"""
                #!/bin/bash
                # Jobs inherit the variables; only the script's own calls count.
                [ -n "$KILL_COUNT" ] && [ -z "$SLURM_JOB_ID" ] || exec {program} "$@"
                call=$(($(cat "$KILL_COUNT") + 1))
                echo $call >"$KILL_COUNT"
                [ "$call $KILL_WHEN" != "$KILL_AT before" ] || kill -9 0
                {program} "$@"
                code=$?
                [ "$call $KILL_WHEN" != "$KILL_AT after" ] || kill -9 0
                exit $code

                """);
            File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nightly_EachNightDoesWhatIsNewOrChanged()
    {
        string nights = _folder.File("nights");
        SrbatchResult first = Night(nights);
        Assert.Contains($"begun with {Files} images", first.Output, StringComparison.Ordinal);
        EndJobs();
        Assert.Equal(Enumerable.Range(0, Files).Select(i => $"fov-{i}.h5"), Images(nights));

        SrbatchResult second = Night(nights);
        Assert.Contains($"finished, {Files} images done", second.Output, StringComparison.Ordinal);
        Assert.Contains("nothing new or changed", second.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(nights));

        // New with an old time, changed under its name, and copied once more as it was.
        Copy(5, "new.h5");
        File.SetLastWriteTimeUtc(Path.Combine(_watch, "new.h5"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Copy(6, "fov-1.h5");
        SrbatchResult third = Night(nights);
        Assert.Contains("begun with 2 images", third.Output, StringComparison.Ordinal);
        EndJobs();
        Assert.Equal(["fov-1.h5", "new.h5"], Images(Directory.GetDirectories(nights).Order(StringComparer.Ordinal).Last()));
        Assert.Contains("nothing new or changed", Night(nights).Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetDirectories(nights).Length);
        Assert.All(Directory.GetDirectories(nights), run => Assert.True(File.Exists(Path.Combine(run, "report.txt")) && File.Exists(Path.Combine(run, "quality.parquet"))));
        Assert.Equal(
            Directory.GetDirectories(nights).Order(StringComparer.Ordinal).Zip([Files, 2], (run, images) => $"{Path.GetFileName(run)}|{images}"),
            DuckDbTable.Query($"SELECT run, count(*) FROM read_parquet('{CollectedOf(nights)}/*/*.parquet', hive_partitioning = true, hive_types = {{'run': VARCHAR}}) GROUP BY run ORDER BY run"));
    }

    [Fact]
    public void Nightly_KilledAtEachStage_IsFinishedByTheNextStart_EachImageOnce()
    {
        (string Nights, int At, string When)[] kills = [.. Enumerable.Range(1, Stages).SelectMany(at => Moments.Select(when => (_folder.File($"{when}-{at}"), at, when)))];
        foreach ((string nights, int at, string when) in kills)
        {
            string count = nights + ".count";
            File.WriteAllText(count, "0");
            Assert.Equal(137, Start(nights, ("KILL_COUNT", count), ("KILL_AT", $"{at}"), ("KILL_WHEN", when)).Code);
            Night(nights);
        }
        EndJobs();
        foreach ((string nights, _, _) in kills)
        {
            SrbatchResult last = Night(nights);
            string logs = string.Join('\n', Directory.GetFiles(nights, "*.log", SearchOption.AllDirectories).Select(file => $"{file}:\n{File.ReadAllText(file)}"));
            Assert.True(last.Output.Contains($"finished, {Files} images done", StringComparison.Ordinal), $"{last.Output}\n{last.Errors}\n{logs}");
            Assert.Contains("nothing new or changed", last.Output, StringComparison.Ordinal);
            string run = Assert.Single(Directory.GetDirectories(nights));
            Assert.Equal(Files, Images(nights).Length);
            Assert.Equal(Files, JobLog.ImagesDone(Path.Combine(run, "logs")).Count);
            Assert.Single(Directory.GetFiles(Path.Combine(run, "logs"), "infer-*.log"), file => file.EndsWith("-0.log", StringComparison.Ordinal));
        }
    }

    /// <summary>Nothing computes on the login node; then outputs of a finished night vanish, and its plan.</summary>
    [Fact]
    public void Nightly_OutputsThatVanish_AreReported_AndMadeAgainOnlyWhenAsked()
    {
        string nights = _folder.File("nights");
        (string, string)[] settings = [("SRBATCH_STEP", "srun --quiet --mem=1500M --time=5")];
        Start(nights, settings).Expect(ExitCode.Done);
        EndJobs();
        Start(nights, settings).Expect(ExitCode.Done);
        string run = Assert.Single(Directory.GetDirectories(nights)), report = Path.Combine(run, "report.txt"), output = Path.Combine(run, "images", "fov-1.h5");
        string before = RunFiles.Sha256(output);

        File.Delete(output);
        string said = Path.GetFileName(run) + ": outputs that have vanished since it finished: 1 (deleted, or purged by the site). "
            + $"To make them again, delete {report}; SRBATCH_VERIFY_DAYS says how long finished nights are checked";
        Assert.Contains(said, Start(nights).Expect(ExitCode.ImagesFailed).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(said, Start(nights, ("SRBATCH_VERIFY_DAYS", "0")).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(output));

        File.Delete(report);
        Assert.Contains(": 1 images left, submitted as array", Night(nights).Output, StringComparison.Ordinal);
        EndJobs();
        Assert.Contains($"finished, {Files} images done", Night(nights).Output, StringComparison.Ordinal);
        Assert.Equal(before, RunFiles.Sha256(output));

        File.Move(Path.Combine(run, "plan.json"), Path.Combine(run, "gone"));
        Assert.Contains(": its plan.json has vanished. Its images count as new: restore it, or delete the folder", Night(nights).Output, StringComparison.Ordinal);
        EndJobs();
    }

    /// <summary>The log of the script, and that of the jobs, on a full disk.</summary>
    [Fact]
    public void Nightly_LogThatTakesNothing_EndsNoNight()
    {
        string nights = _folder.File("nights");
        Start(nights, ("NIGHTLY_LOG", "/dev/full"), ("SRBATCH_SBATCH", "--cpus-per-task=1 --mem=1500M --time=10 --time-min=5 --output=/dev/full")).Expect(ExitCode.Done);
        EndJobs();
        Assert.Contains($"finished, {Files} images done", Night(nights).Output, StringComparison.Ordinal);
    }

    private SrbatchResult Night(string nights) => Start(nights).Expect(ExitCode.Done);

    private SrbatchResult Start(string nights, params (string Name, string Value)[] environment)
    {
        using SrbatchProcess script = SrbatchProcess.Start(
            "/usr/bin/setsid",
            ["--wait", "/bin/bash", "-c", "exec \"$0\" >>\"${NIGHTLY_LOG:-/dev/stdout}\"", Path.Combine(SourceTree.Root, "slurm", "nightly.sh")],
            [
                ("SLURM_CONF", _lab.Configuration), ("PATH", $"{_folder.File("bin")}:/usr/bin:/bin"), ("SRBATCH", _folder.File("bin/srbatch")), ("SRBATCH_WATCH", _watch),
                ("SRBATCH_NIGHTS", nights), ("SRBATCH_COLLECT", CollectedOf(nights)), ("SRBATCH_MODEL", _work.Model), ("SRBATCH_SHARDS", "2"), ("SRBATCH_AT_ONCE", "2"),
                ("SRBATCH_SBATCH", "--cpus-per-task=1 --mem=1500M --time=10 --time-min=5"), ("SRBATCH_SBATCH_REPORT", "--mem=1500M --time=5"), ("KILL_COUNT", ""), .. environment,
            ]);
        return script.Wait();
    }

    /// <summary>The table of all nights' scores.</summary>
    private static string CollectedOf(string nights) => nights + " collected";

    private void EndJobs()
    {
        bool isEmpty = Patience.Until(
            () => _lab.Run("squeue", "-h", "-o", "%A %j %T").Expect() is "", TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(50));
        Assert.True(isEmpty, _lab.Run("squeue").ToString());
        _lab.ExpectNoStragglers();
    }

    private static string[] Images(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.h5", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private void Copy(int image, string name) => File.Copy(Path.Combine(Path.GetDirectoryName(_work.Training)!, "data", "pairs", $"mixed-{image:D4}.h5"), Path.Combine(_watch, name), overwrite: true);
}
