using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A folder that grows, looked through night after night.</summary>
public sealed class ScanSinceTests : IDisposable
{
    private static readonly DateTime LongAgo = new(1999, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;

    public ScanSinceTests(TrainedModel tiny)
    {
        _tiny = tiny;
        Directory.CreateDirectory(_folder.File("watch"));
        Directory.CreateDirectory(_folder.File("nights"));
        Add("a");
        Add("b");
    }

    private string Watch => _folder.File("watch");
    private string Nights => _folder.File("nights");
    private string Manifest => _folder.File("new.json");
    private string NothingNew => $"nothing new or changed since {Nights} under {Watch}\n";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scan_AfterAChainOfNights_ListsWhatNoneOfThemMade()
    {
        Assert.Equal(["a", "b"], Listed());
        Night("1");
        Assert.Empty(Listed());

        // Copied with its old time: older than the outputs, and new all the same.
        File.SetLastWriteTimeUtc(Add("c"), LongAgo);
        Assert.Equal(["c"], Listed());
        Night("2");
        Assert.Empty(Listed());
        Assert.Equal(["a", "b"], Listed("--since", _folder.File("nights/2")));
        Assert.Equal(["c"], Listed("--since", _folder.File("nights/1")));
    }

    [Fact]
    public void Scan_AChangedFile_IsListed_WhateverItsTime()
    {
        Listed();
        Night("1");
        string a = _folder.File("watch/a.h5");
        DateTime before = File.GetLastWriteTimeUtc(a);
        foreach (DateTime time in (DateTime[])[before.AddTicks(1), LongAgo])
        {
            File.SetLastWriteTimeUtc(a, time);
            Assert.Equal(["a"], Listed());
        }
        File.SetLastWriteTimeUtc(a, before);
        Assert.Empty(Listed());
        File.AppendAllText(a, "x");
        File.SetLastWriteTimeUtc(a, before);
        Assert.Equal(["a"], Listed());
    }

    [Fact]
    public void Scan_AnOutputThatWasDeletedFromAnEndedRun_IsStillToBeMadeThere()
    {
        Listed();
        Night("1");
        File.Delete(_folder.File("nights/1/images/a.h5"));
        Assert.Empty(Listed());
        Srbatch.Run("status", "--run", _folder.File("nights/1")).Expect(ExitCode.Stopped);
        Directory.Delete(_folder.File("nights/1"), recursive: true);
        Assert.Equal(["a", "b"], Listed());
    }

    [Fact]
    public void Scan_WhatARunStillHasToMake_IsLeftOut_AndWhatFailedIsListedOnceTheRunHasEnded()
    {
        Listed();
        string run = _folder.File("nights/1");
        Srbatch.Run("plan", "--manifest", ManifestOf(run), "--run", run, "--shards", "2").Expect(ExitCode.Done);
        Assert.Empty(Listed());

        string a = _folder.File("watch/a.h5");
        byte[] bytes = File.ReadAllBytes(a);
        DateTime time = File.GetLastWriteTimeUtc(a);
        Restore(new byte[bytes.Length]);
        string manifest = _folder.File("nights.json");
        Infer(run, "--shard", "0/2").Expect(ExitCode.ImagesFailed);
        Restore(bytes);
        Assert.Empty(Listed());

        Infer(run, "--shard", "1/2").Expect(ExitCode.Done);
        Assert.Equal(["a"], Listed());
        Night("2");
        Assert.Empty(Listed());

        void Restore(byte[] content)
        {
            File.WriteAllBytes(a, content);
            File.SetLastWriteTimeUtc(a, time);
        }
    }

    [Fact]
    public void Scan_PlanWithoutStamps_CountsOutputsThatAreNewerThanTheirFile()
    {
        Listed();
        Night("1");
        string plan = _folder.File("nights/1/plan.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(plan))!;
        Assert.All(json["images"]!.AsArray(), image => Assert.True(image!.AsObject().Remove("inputStamp")));
        File.WriteAllText(plan, json.ToJsonString());
        Assert.Empty(Listed());
        File.SetLastWriteTimeUtc(_folder.File("watch/a.h5"), File.GetLastWriteTimeUtc(_folder.File("nights/1/images/a.h5")).AddSeconds(1));
        Assert.Equal(["a"], Listed());
        File.SetLastWriteTimeUtc(_folder.File("watch/a.h5"), LongAgo);
        File.Delete(_folder.File("nights/1/images/b.h5"));
        Assert.Equal(["b"], Listed());
    }

    [Fact]
    public void Scan_AnotherDatasetOfTheFile_IsNew()
    {
        Listed("--input", "/low");
        Night("1");
        Assert.Empty(Listed("--input", "low"));
        Assert.Empty(Listed());
        Assert.Equal(["a", "b"], Listed("--input", "/high"));
    }

    [Fact]
    public void Scan_UnreadableFiles_AreToldEachTime()
    {
        Listed();
        Night("1");
        File.Delete(Manifest);
        File.WriteAllText(_folder.File("watch/notes.h5"), "not HDF5");
        SrbatchResult scan = Scan().Expect(ExitCode.ImagesFailed);
        Assert.Equal(NothingNew, scan.Output);
        Assert.Single(scan.Logged("error"), line => line.Contains("notes.h5", StringComparison.Ordinal));
        Assert.False(File.Exists(Manifest));
        Add("c");
        Assert.Equal("1 images, 0 with a target, scale 2: " + Manifest, Scan().Expect(ExitCode.ImagesFailed).Output.TrimEnd());
    }

    [Fact]
    public void Scan_NothingNew_LeavesAnExistingManifestAlone()
    {
        Listed();
        Night("1");
        File.WriteAllText(Manifest, "{ \"old\": 1 }");
        Assert.Equal(NothingNew, Scan().Expect(ExitCode.Done).Output);
        Assert.Equal("{ \"old\": 1 }", File.ReadAllText(Manifest));
    }

    [Fact]
    public void Scan_RunFoldersBelowItsFolders_AreNoInput()
    {
        Listed();
        string run = _folder.File("watch/runs/1");
        Infer(run).Expect(ExitCode.Done);
        Assert.Equal(["a", "b"], Listed());
        Assert.Empty(Listed("--since", _folder.File("watch/runs")));
        Assert.Equal(2, RunFiles.ImageCount(run));
    }

    [Fact]
    public void Scan_SinceWhatIsNoFolder_IsRefused()
    {
        string missing = _folder.File("nihgts");
        SrbatchResult scan = Scan("--since", missing).Expect(ExitCode.Usage);
        Assert.Equal([$"--since is '{missing}', which is not a folder; must be a run folder, or a folder of run folders"], scan.Logged("error"));
    }

    [Fact]
    public void Scan_FilesThatAreNamedAlike_GetIdsOfTheirOwn()
    {
        Directory.CreateDirectory(_folder.File("watch/n"));
        Add("n/1");
        Add("n_1");
        Add("n_1-2");
        Assert.Equal(["a", "b", "n_1", "n_1-2", "n_1-3"], Listed());
        Srbatch.Run("check", "--manifest", Manifest).Expect(ExitCode.Done);
    }

    [Fact]
    public void Plan_RecordsEachInputAsItWas()
    {
        Listed();
        File.SetLastWriteTimeUtc(_folder.File("watch/b.h5"), LongAgo.AddTicks(1234567));
        Srbatch.Run("plan", "--manifest", Manifest, "--run", _folder.File("run")).Expect(ExitCode.Done);
        JsonNode b = JsonNode.Parse(File.ReadAllText(_folder.File("run/plan.json")))!["images"]![1]!;
        Assert.Equal($$"""{"length":{{new FileInfo(_folder.File("watch/b.h5")).Length}},"modifiedUtc":"1999-12-31T00:00:00.1234567Z"}""", b["inputStamp"]!.ToJsonString());
    }

    private string Add(string name)
    {
        string file = _folder.File($"watch/{name}.h5");
        File.Copy(_tiny.File(TrainedModel.Ids[0]), file);
        return file;
    }

    /// <param name="more">May hold another --since.</param>
    private SrbatchResult Scan(params string[] more) =>
        Srbatch.Run(["scan", Watch, "--out", Manifest, "--target", "none", "--scale", "2", .. more.Contains("--since") ? more : [.. more, "--since", Nights]]);

    /// <returns>Ids of the manifest; none when it was not written, and then the output says so.</returns>
    private string[] Listed(params string[] more)
    {
        File.Delete(Manifest);
        SrbatchResult scan = Scan([.. more.Contains("--input") ? more : [.. more, "--input", "auto"]]).Expect(ExitCode.Done);
        if (!File.Exists(Manifest))
        {
            Assert.StartsWith("nothing new or changed since ", scan.Output, StringComparison.Ordinal);
            return [];
        }
        return [.. JsonNode.Parse(File.ReadAllText(Manifest))!["images"]!.AsArray().Select(image => (string)image!["id"]!)];
    }

    /// <summary>A run of what was listed last.</summary>
    private void Night(string name) => Infer(_folder.File($"nights/{name}")).Expect(ExitCode.Done);

    private SrbatchResult Infer(string run, params string[] more) =>
        Srbatch.Run(["infer", "--manifest", ManifestOf(run), "--run", run, "--model", _tiny.Model, "--threads", "1", .. more]);

    /// <summary>The manifest that was listed last when the run began: what is listed later does not replace it.</summary>
    private string ManifestOf(string run)
    {
        string manifest = _folder.File(Path.GetFileName(run) + ".json");
        if (!File.Exists(manifest))
        {
            File.Copy(Manifest, manifest);
        }
        return manifest;
    }
}
