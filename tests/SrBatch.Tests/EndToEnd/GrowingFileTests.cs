using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Files that were still being copied when the plan was made, or that have changed since.</summary>
public sealed class GrowingFileTests : IDisposable
{
    private static readonly string[] Ids = [.. TrainedModel.Ids.Take(5)];

    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly string _manifest, _run;

    public GrowingFileTests(TrainedModel tiny)
    {
        _tiny = tiny;
        foreach (string id in Ids)
        {
            File.Copy(tiny.File(id), FileOf(id));
        }
        string[] splits = ["train", "train", "validation", "test", "test"];
        _manifest = ManifestJson.Write(
            _folder.File("m.json"),
            Ids.Zip(splits, (id, split) => ManifestJson.Pair(id, FileOf(id), split)),
            new { steps = 4, batch = 2, patch = 32, loss = "l1", checkpointEvery = 2 });
        _run = _folder.File("run");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_FileThatIsWholeNow_IsEnhanced_AndNeedsNoNewRun()
    {
        Truncate(Ids[3]);
        Infer().Expect(ExitCode.ImagesFailed);
        SrbatchResult status = Srbatch.Run("status", "--run", _run, "--json").Expect(ExitCode.ImagesFailed);
        Assert.Equal(Ids[3], (string?)status.Json["failed"]![0]!["image"]);

        Complete(Ids[3]);
        Assert.Contains($"headers read again in {_run}/plan.json: 1 images", Infer().Expect(ExitCode.Done).Logged("info"));
        Srbatch.Run("status", "--run", _run).Expect(ExitCode.Done);
        Srbatch.Run("report", "--run", _run).Expect(ExitCode.Done);
        Srbatch.Run("evaluate", "--manifest", _manifest, "--run", _run).Expect(ExitCode.Done);
        SrbatchResult scan = Srbatch.Run("scan", _folder.Path, "--out", _folder.File("new.json"), "--since", _run, "--match", "*-0003.h5");
        Assert.StartsWith("nothing new or changed since ", scan.Expect(ExitCode.Done).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_FileOfAnotherSizeNow_IsEnhancedAsItIs()
    {
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run).Expect(ExitCode.Done);
        ChildProcess.Python(
            """
            import h5py, sys, numpy as np
            with h5py.File(sys.argv[1], 'w') as f:
                f['low'] = np.ones((32, 40), 'u2')
                f['high'] = np.ones((64, 80), 'u2')
            """,
            FileOf(Ids[4]));
        SrbatchResult infer = Infer();
        Assert.Contains(
            $"{Ids[4]}: {FileOf(Ids[4])} has changed since the plan was made, from '/low' (Y,X = 48,48 uint16) "
                + "to '/low' (Y,X = 32,40 uint16); it is taken as it is now",
            infer.Logged("warning"));
        Assert.Equal("64,80", ChildProcess.Python(
            "import h5py,sys; print(*h5py.File(sys.argv[1])['sr'].shape, sep=',')", Path.Combine(_run, "images", $"{Ids[4]}.h5")));
    }

    /// <summary>Files that change after their images are done: another target is taken, another input is reported.</summary>
    [Fact]
    public void Refresh_FilesOfDoneImagesThatChanged_TakesTargets_AndNamesInputs()
    {
        Infer().Expect(ExitCode.Done);
        ChildProcess.Python(
            """
            import h5py, sys
            for file, name, kind in (sys.argv[1], 'high', 'f4'), (sys.argv[2], 'low', 'u4'):
                with h5py.File(file, 'r+') as f:
                    values = f[name][()].astype(kind)
                    del f[name]
                    f[name] = values
            """,
            FileOf(Ids[3]),
            FileOf(Ids[4]));
        string[] evaluate = ["evaluate", "--manifest", _manifest, "--run", _run, "--again"];
        SrbatchResult before = Srbatch.Run(evaluate).Expect(ExitCode.ImagesFailed);
        Assert.Contains(before.Logged("error"), line => line.Contains(
            "the file changed after its header was read. 'srbatch plan --refresh' takes it as it is now", StringComparison.Ordinal));

        SrbatchResult refresh = Srbatch.Run("plan", "--manifest", _manifest, "--run", _run, "--refresh").Expect(ExitCode.Done);
        string output = Path.Combine(_run, "images", Ids[4] + ".h5");
        Assert.Contains(
            $"{Ids[4]}: {FileOf(Ids[4])} has changed since its output was made from it. Delete {output} to make it again from the file as "
                + "it is now.",
            refresh.Logged("warning"));
        SrbatchResult after = Srbatch.Run(evaluate).Expect(ExitCode.ImagesFailed);
        Assert.StartsWith(Ids[4] + " failed: ", Assert.Single(after.Logged("error")), StringComparison.Ordinal);

        File.Delete(output);
        Infer().Expect(ExitCode.Done);
        Srbatch.Run(evaluate).Expect(ExitCode.Done);
    }

    [Fact]
    public void Train_ThatHasNotBegun_TakesFilesThatAreWholeNow_AndOneThatHasKeepsToItsImages()
    {
        Truncate(Ids[1]);
        Truncate(Ids[2]);
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run).Expect(ExitCode.ImagesFailed);
        Complete(Ids[1]);
        Assert.Contains(Train("4").Expect(ExitCode.Done).Logged("info"), line => IsOnTwoImages(line, 4));

        Complete(Ids[2]);
        Infer("--model", Path.Combine(_run, "model.safetensors")).Expect(ExitCode.Done);
        Assert.True(File.Exists(Path.Combine(_run, "images", $"{Ids[2]}.h5")));
        Assert.Contains(Train("6").Expect(ExitCode.Done).Logged("info"), line => IsOnTwoImages(line, 6));

        static bool IsOnTwoImages(string line, int steps) =>
            line.EndsWith($"on 2 planes of 2 images, 0 validation planes, {steps} steps", StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_Refresh_ReadsHeadersOfWhatIsNotDone()
    {
        Truncate(Ids[3]);
        SrbatchResult plan = Srbatch.Run("plan", "--manifest", _manifest, "--run", _run, "--shards", "2").Expect(ExitCode.ImagesFailed);
        Assert.Contains(
            "Once the files are mended, 'srbatch infer' reads these headers again, and 'srbatch train' does before it begins; "
                + "'srbatch plan --refresh' does it at once.",
            plan.Logged("info"));
        Complete(Ids[3]);
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run, "--refresh").Expect(ExitCode.Done);
        JsonNode written = JsonNode.Parse(File.ReadAllText(Path.Combine(_run, "plan.json")))!;
        Assert.Equal(2, (int)written["shards"]!);
        Assert.All(written["images"]!.AsArray(), image => Assert.Null(image!["problem"]));
        Assert.Equal([9216L], written["images"]!.AsArray().Select(image => (long)image!["cost"]!).Distinct());
    }

    [Fact]
    public void Infer_FileWithAnotherTime_LeavesThePlan_AndATargetThatChangedIsReadAgain()
    {
        foreach (string id in Ids)
        {
            File.Copy(_tiny.File(id), _folder.File($"{id}-target.h5"));
        }
        ManifestJson.Write(_manifest, Ids.Select(id => new
        {
            id,
            split = "test",
            input = new { file = FileOf(id), dataset = "/low" },
            target = new { file = _folder.File($"{id}-target.h5"), dataset = "/high" },
        }));
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run, "--shards", "2").Expect(ExitCode.Done);
        string plan = Path.Combine(_run, "plan.json"), before = File.ReadAllText(plan);
        Assert.All(Ids, id => File.SetLastWriteTimeUtc(FileOf(id), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc)));
        Infer("--model", _tiny.Model, "--shard", "0/2").Expect(ExitCode.Done);
        Assert.Equal(before, File.ReadAllText(plan));
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run).Expect(ExitCode.Done);
        Assert.Equal(before, File.ReadAllText(plan));

        string left = Ids.First(id => !File.Exists(Path.Combine(_run, "images", $"{id}.h5")));
        File.WriteAllText(_folder.File($"{left}-target.h5"), "not HDF5");
        SrbatchResult infer = Infer("--model", _tiny.Model, "--shard", "1/2").Expect(ExitCode.ImagesFailed);
        Assert.Contains(infer.Logged("error"), line => line.Contains($"{left}-target.h5: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Infer_FormerProblem_HasItsCost_AndIsNoChangeForARefresh()
    {
        Truncate(Ids[3]);
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run).Expect(ExitCode.ImagesFailed);
        Complete(Ids[3]);
        Infer().Expect(ExitCode.Done);
        JsonNode image = JsonNode.Parse(File.ReadAllText(Path.Combine(_run, "plan.json")))!["images"]![3]!;
        Assert.Equal((9216L, 0L), ((long)image["cost"]!, (long)image["replaces"]!["cost"]!));
        File.Delete(Path.Combine(_run, "images", $"{Ids[3]}.h5"));
        SrbatchResult refreshed = Srbatch.Run("plan", "--manifest", _manifest, "--run", _run, "--refresh").Expect(ExitCode.Done);
        Assert.Empty(refreshed.Logged("warning"));
    }

    private string FileOf(string id) => _folder.File($"{id}.h5");

    private void Truncate(string id)
    {
        byte[] whole = File.ReadAllBytes(_tiny.File(id));
        File.WriteAllBytes(FileOf(id), whole[..(whole.Length / 2)]);
    }

    private void Complete(string id) => File.Copy(_tiny.File(id), FileOf(id), overwrite: true);

    private SrbatchResult Infer(params string[] model) => Srbatch.Run(
        ["infer", "--manifest", _manifest, "--run", _run, "--threads", "1", .. model.Length > 0 ? model : ["--model", _tiny.Model]]);

    private SrbatchResult Train(string steps) =>
        Srbatch.Run("train", "--manifest", _manifest, "--run", _run, "--threads", "1", "--steps", steps);
}
