using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Storage.Claims;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What clean lists and deletes of a finished run, and what it must leave.</summary>
public sealed class CleanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _run;

    public CleanTests(TrainedModel tiny)
    {
        _run = _folder.File("run");
        RunFiles.Copy(tiny.Run, _run);
        Directory.CreateDirectory(Path.Combine(_run, "logs"));
        File.WriteAllText(Path.Combine(_run, "logs", "infer-0.log"), "done\n");
        // Of an image that is done, of a dead process, and of one that is neither.
        File.WriteAllBytes(Path.Combine(_run, "images", ".mixed-0004.h5.elsewhere-7-1.part"), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_run, "images", $".mixed-0004.h5.{Environment.MachineName}-999999999-1.tmp"), [1, 2]);
        File.WriteAllBytes(Path.Combine(_run, "images", ".mixed-0099.h5.elsewhere-7-1.part"), [1, 2, 3]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Clean_WithoutDelete_ListsAndDeletesNothing()
    {
        string[] before = Files();
        SrbatchResult listed = Srbatch.Run("clean", "--run", _run).Expect(ExitCode.Done);
        Assert.Equal(before, Files());
        string[] lines = listed.Output.TrimEnd().Split('\n');
        Assert.Equal($"{_run}: all images are done or have failed", lines[0]);
        Assert.Equal(["checkpoints", "tensorboard", "samples", "leftovers", "damaged", "restarts", "logs"], lines[1..8].Select(line => line.Split(' ')[0]));
        Assert.EndsWith("5 B   half-written files of killed tasks; parts of images that are done", lines[4], StringComparison.Ordinal);
        Assert.Equal($"srbatch clean --run {_run} --delete", lines[^1]);
    }

    [Fact]
    public void Clean_WithDelete_LeavesResultsAndWhatResumeReportAndScanNeed()
    {
        string[] before = Files();
        Srbatch.Run("clean", "--run", _run, "--delete", "--keep", "samples").Expect(ExitCode.Done);
        string[] left = Files();
        Assert.All(before.Except(left), file => Assert.True(
            file.StartsWith("checkpoints/", StringComparison.Ordinal) || file.StartsWith("tensorboard/", StringComparison.Ordinal)
            || file.StartsWith("logs/", StringComparison.Ordinal) || file.StartsWith("images/.mixed-0004", StringComparison.Ordinal), file));
        Assert.Equal($"checkpoints/step-{TrainedModel.Steps:D8}.safetensors", left.Last(file => file.StartsWith("checkpoints/", StringComparison.Ordinal)));
        Assert.DoesNotContain(left, file => file.StartsWith("images/.mixed-0004", StringComparison.Ordinal));
        Assert.Contains("images/.mixed-0099.h5.elsewhere-7-1.part", left);
        Srbatch.Run("report", "--run", _run).Expect(ExitCode.Done);
        Assert.Contains("deleted 0 files, 0 B", Srbatch.Run("clean", "--run", _run, "--delete", "--keep", "samples").Expect(ExitCode.Done).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Clean_WhileImagesAreLeft_KeepsLogsAndRestarts()
    {
        File.Delete(Path.Combine(_run, "images", "mixed-0004.h5"));
        SrbatchResult cleaned = Srbatch.Run("clean", "--run", _run, "--delete").Expect(ExitCode.Done);
        Assert.StartsWith($"{_run}: 1 images are left\n", cleaned.Output, StringComparison.Ordinal);
        Assert.Contains("logs/infer-0.log", Files());
        Assert.Contains("images/.mixed-0004.h5.elsewhere-7-1.part", Files());
    }

    [Fact]
    public void Clean_LogsThatAreALinkToAnotherFolder_LeavesThem()
    {
        Directory.Move(Path.Combine(_run, "logs"), _folder.File("elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(_run, "logs"), _folder.File("elsewhere"));
        Srbatch.Run("clean", "--run", _run, "--delete").Expect(ExitCode.Done);
        Assert.True(File.Exists(_folder.File("elsewhere/infer-0.log")));
    }

    [Fact]
    public void Clean_WhileATaskWorks_RefusesWith75()
    {
        string image = Path.Combine(_run, "images", "mixed-0004.h5");
        using var claim = Claim.TryTake(ClaimFolder.PathOf(image), Claim.ThisProcess("mixed-0004", TimeProvider.System.GetUtcNow()));
        string[] before = Files();
        SrbatchResult refused = Srbatch.Run("clean", "--run", _run, "--delete").Expect(ExitCode.Stopped);
        Assert.Equal(before, Files());
        Assert.Equal(
            [$"{_run}: 1 tasks are at work, the first is {claim!.Holder.Name}. Nothing was deleted. Run the same command again after they have ended."],
            refused.Logged("warning"));
    }

    /// <summary>A task that holds no claim yet: it reads headers, or sets up its device.</summary>
    [Fact]
    public void Clean_WhileATaskBegins_RefusesWith75()
    {
        string task = Directory.GetFiles(Path.Combine(_run, "tasks"), "*.json")[0];
        JsonObject record = JsonNode.Parse(File.ReadAllText(task))!.AsObject();
        record.Remove("ended");
        record["holder"]!["machine"] = "elsewhere";
        File.WriteAllText(task, record.ToJsonString());
        string[] before = Files();
        SrbatchResult refused = Srbatch.Run("clean", "--run", _run, "--delete").Expect(ExitCode.Stopped);
        Assert.Equal(before, Files());
        Assert.Equal(
            [$"{_run}: 1 tasks are at work, the first is process {record["holder"]!["process"]} on node {record["holder"]!["node"]}. Nothing was deleted. Run the same command again after they have ended."],
            refused.Logged("warning"));
    }

    [Fact]
    public void Clean_DamagedOutput_IsDeletedOnceItsImageIsMadeAgain()
    {
        File.WriteAllText(Path.Combine(_run, "images", "mixed-0004.h5.damaged"), "x");
        File.WriteAllText(Path.Combine(_run, "images", "mixed-0099.h5.damaged"), "x");
        Srbatch.Run("clean", "--run", _run, "--delete").Expect(ExitCode.Done);
        Assert.Equal(["images/mixed-0099.h5.damaged"], Files().Where(file => file.EndsWith(".damaged", StringComparison.Ordinal)));
    }

    [Fact]
    public void Clean_UnknownKind_IsRefused() => Assert.Contains(
        "--keep names 'parts'; must be some of checkpoints, tensorboard, samples, leftovers, damaged, restarts, logs",
        Srbatch.Run("clean", "--run", _run, "--keep", "parts").Expect(ExitCode.Usage).Errors, StringComparison.Ordinal);

    private string[] Files() =>
        [.. Directory.EnumerateFiles(_run, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(file => Path.GetRelativePath(_run, file)).Order(StringComparer.Ordinal)];
}
