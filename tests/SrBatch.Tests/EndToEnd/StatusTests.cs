using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>status: what it reads, and what it says of training, tasks and time.</summary>
public sealed class StatusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly string _run;

    public StatusTests(TrainedModel tiny)
    {
        _tiny = tiny;
        _run = _folder.File("run");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Whoever opens a pipe to read it waits for a writer for ever.</summary>
    [Fact]
    public void Status_OpensNoOutput()
    {
        RunFiles.Copy(_tiny.Run, _run);
        foreach (string output in Directory.GetFiles(Path.Combine(_run, "images"), "*.h5"))
        {
            File.Delete(output);
            ChildProcess.Run("/usr/bin/mkfifo", output);
        }
        Assert.StartsWith($"{_run}: tiny\ntraining   step 12 of 12, model written\nimages     2 done, 0 failed, 0 left of 2\n",
            Srbatch.Run("status", "--run", _run).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_run, "quality"), recursive: true); // no part holds their rows
        Srbatch.Run("status", "--run", _run).Expect(ExitCode.Done);
    }

    [Fact]
    public void Status_NothingTrained_SaysNothingOfATraining()
    {
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Pair("a", _tiny.File("mixed-0006"), "test")]);
        Srbatch.Run("infer", "--manifest", manifest, "--run", _run, "--model", _tiny.Model, "--threads", "1").Expect(ExitCode.Done);
        Assert.Equal($"{_run}: tiny\nimages     1 done, 0 failed, 0 left of 1\n", Srbatch.Run("status", "--run", _run).Expect(ExitCode.Done).Output);
    }

    [Fact]
    public void Status_OtherNumberOfSteps_NamesTheTrainingsOwn_WithAndWithoutItsRecord()
    {
        Srbatch.Run("train", "--manifest", _tiny.Manifest, "--run", _run, "--steps", "2", "--threads", "1").Expect(ExitCode.Done);
        const string Line = "\ntraining   step 2 of 2, model written\n";
        Assert.Contains(Line, Srbatch.Run("status", "--run", _run).Expect(ExitCode.Stopped).Output, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_run, "tasks"), recursive: true);
        Assert.Contains(Line, Srbatch.Run("status", "--run", _run).Expect(ExitCode.Stopped).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_TaskOnAnotherNode_HasItsStepsAndRate_UntilItsFileIsOld()
    {
        Srbatch.Run("plan", "--manifest", _tiny.Manifest, "--run", _run).Expect(ExitCode.Done);
        string train = Task("train", """
            "done":0,"failed":0,"left":0,"unit":"steps","unitsDone":1200,"unitsTotal":20000,"unitsPerSecond":4
            """, "cuda:0");
        Task("infer", """
            "done":30,"failed":1,"left":2,"unit":"Mpixel","unitsDone":3,"unitsTotal":8,"unitsPerSecond":0.0009216
            """, "cpu");
        SrbatchResult status = Srbatch.Run("status", "--run", _run).Expect(ExitCode.Stopped);
        Assert.Equal(
            $"""
            {_run}: tiny
            training   step 1200 of 20000, 4 steps/s, about 0.01:18:20 left
            images     0 done, 0 failed, 2 left of 2
            rate       3600 images an hour, about 0.00:00:20 left
            task       train 1/4 on node n7, job 40_3, cuda:0, since 2026-01-02T03:04:05Z, step 1200 of 20000, 2.5 GB
            task       infer 1/4 on node n7, job 40_3, cpu, since 2026-01-02T03:04:05Z, 30 done, 1 failed, 2 left, 2.5 GB

            """.Replace("train 1/4", "train", StringComparison.Ordinal),
            status.Output);
        JsonNode json = Srbatch.Run("status", "--run", _run, "--json").Json;
        Assert.Equal(["1200", "20000", "4", "1", "20"], ((string[])["step", "steps", "stepsPerSecond", "imagesPerSecond", "secondsLeft"]).Select(key => json[key]!.ToString()));
        string[] metrics = Srbatch.Run("status", "--run", _run, "--prometheus").Expect(ExitCode.Stopped).Output.Split('\n');
        Assert.Equal(
            [
                "# HELP srbatch_images Images by state, those for training left out.",
                "# TYPE srbatch_images gauge",
                $"srbatch_images{{run=\"{_run}\",state=\"done\"}} 0",
                $"srbatch_images{{run=\"{_run}\",state=\"failed\"}} 0",
                $"srbatch_images{{run=\"{_run}\",state=\"left\"}} 2",
            ],
            metrics.Take(5));
        Assert.Contains($"srbatch_training_step{{run=\"{_run}\",group=\"\"}} 1200", metrics);
        Assert.Contains($"srbatch_tasks{{run=\"{_run}\",verb=\"infer\"}} 1", metrics);
        Assert.Contains($"srbatch_gpu_seconds{{run=\"{_run}\",verb=\"train\",device=\"cuda\"}} 30", metrics);

        File.SetLastWriteTimeUtc(train, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Contains("\ntraining   step 0 of 20000\n", Srbatch.Run("status", "--run", _run).Expect(ExitCode.Stopped).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfARun_SaysWhatItsAttemptsUsed()
    {
        RunFiles.Copy(_tiny.Run, _run);
        string[] lines = Srbatch.Run("report", "--run", _run).Expect(ExitCode.Done).Output.Split('\n');
        int head = Array.FindIndex(lines, line => line.StartsWith("verb ", StringComparison.Ordinal));
        Assert.Equal("verb       device     tasks  attempts    elapsed s        CPU s        GPU s", lines[head]);
        Assert.Equal(["evaluate", "infer", "train", "all"], lines[(head + 1)..(head + 5)].Select(line => line.Split(' ')[0]));
        Assert.All(lines[(head + 1)..(head + 4)], line => Assert.Matches(@"^\w+ +cpu +1 +1 +\d+\.\d +\d+\.\d +0\.0$", line));
        Assert.Contains("\"usage\":[{\"verb\":\"evaluate\",\"device\":\"cpu\",\"tasks\":1,\"attempts\":1,", File.ReadAllText(Path.Combine(_run, "report.html")), StringComparison.Ordinal);
        Assert.Equal(
            ["True", "True"],
            DuckDbTable.Query($"SELECT json_extract(decode(value), '$.cpu_seconds')::DOUBLE > 0 FROM parquet_kv_metadata('{_run}/quality/part-*.parquet') WHERE decode(key) = 'srbatch.usage'"));
    }

    private string Task(string verb, string counts, string device)
    {
        string path = Path.Combine(_run, "tasks", $"{verb}-20260102T030405000-n7-7.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string work = verb == "train" ? "" : "1/4";
        File.WriteAllText(path, $$"""
            {"verb":"{{verb}}","holder":{"work":"{{work}}","machine":"far-away","process":7,"processStart":1,"node":"n7","jobId":"40","arrayTaskId":3,"since":"2026-01-02T03:04:05+00:00"},
            "updated":"2026-01-02T03:04:36+00:00",{{counts}},"usage":{"device":"{{device}}","seconds":31,"cpuSeconds":60,"gpuSeconds":{{(device == "cpu" ? 0 : 30)}}},"memoryBytes":2500000000,"version":"0.1.0"}
            """);
        return path;
    }
}
