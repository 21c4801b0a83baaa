using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>One damaged file of a run folder costs as little as it can.</summary>
public sealed class DamagedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly string _run;

    public DamagedRunTests(TrainedModel tiny)
    {
        _tiny = tiny;
        _run = _folder.File("run");
        RunFiles.Copy(tiny.Run, _run);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "not a Parquet file (size too small)")]
    [InlineData("this is no Parquet file", "not a parquet file, head: 74686973, tail: 66696C65")]
    public void Report_DamagedPart_IsNamed_AndTheOthersCount(string content, string words)
    {
        string part = Path.Combine(_run, "quality", "part-0of1-20010101T000000000-node-1.parquet");
        File.WriteAllText(part, content);
        SrbatchResult report = Srbatch.Run("report", "--run", _run).Expect(ExitCode.ImagesFailed);
        Assert.Equal(
            [$"{part}: cannot be read as Parquet: {words}. The report goes without it: images that are done have their rows in their "
                + "outputs, and failures that only this file names count as left. Delete it, or restore it and run report again."],
            report.Logged("warning"));
        Assert.Equal(["2"], DuckDbTable.Query($"SELECT count(*) FROM '{_run}/quality.parquet'"));
        File.Delete(part);
        Srbatch.Run("report", "--run", _run).Expect(ExitCode.Done);
    }

    [Fact]
    public void Infer_TruncatedOutput_IsMadeAgain()
    {
        string output = Path.Combine(_run, "images", "mixed-0006.h5");
        IReadOnlyList<string> before = RunFiles.Images(_run);
        byte[] whole = File.ReadAllBytes(output);
        File.WriteAllBytes(output, whole[..1000]);
        File.SetLastWriteTimeUtc(output, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        SrbatchResult infer = Infer().Expect(ExitCode.Done);
        Assert.Equal(
            [$"{output}: truncated: the file has 1000 of {whole.Length} bytes. "
                + $"It is kept as {output}.damaged, and the image is made again."],
            infer.Logged("warning"));
        Assert.Equal(before, RunFiles.Images(_run));
        Assert.Equal(1000, new FileInfo(output + ".damaged").Length);
    }

    [Fact]
    public void Infer_FolderInPlaceOfAnOutput_CostsThatImageOnly()
    {
        string folder = Path.Combine(_run, "images", "mixed-0006.h5"), other = Path.Combine(_run, "images", "mixed-0004.h5");
        File.Delete(folder);
        File.Delete(other);
        Directory.CreateDirectory(folder);
        Assert.Equal(
            [$"mixed-0006 failed: {folder} is a folder; the image's file needs its name. Move the folder away, then run again."],
            Infer().Expect(ExitCode.ImagesFailed).Logged("error"));
        Assert.True(File.Exists(other));
        Directory.Delete(folder);
        Infer().Expect(ExitCode.Done);
    }

    [Fact]
    public void Infer_OutputThatIsNotOurs_IsNamed_AndCostsNoOtherImage()
    {
        string foreign = Path.Combine(_run, "images", "mixed-0006.h5");
        ChildProcess.Python("import h5py,sys; h5py.File(sys.argv[1],'w')['x']=1", foreign);
        File.Delete(Path.Combine(_run, "images", "mixed-0004.h5"));
        SrbatchResult infer = Infer().Expect(ExitCode.Done);
        string warning = Assert.Single(infer.Logged("warning"));
        Assert.EndsWith(" This output counts as done; delete it to have it made again.", warning, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_run, "images", "mixed-0004.h5")));
    }

    [Fact]
    public void Model_Damaged_IsNamed_AndTrainMakesItAgain()
    {
        string model = Path.Combine(_run, "model.safetensors");
        byte[] whole = File.ReadAllBytes(model);
        File.WriteAllBytes(model, [.. whole[..^8], 1, 2, 3, 4, 5, 6, 7, 8]);
        string error = Assert.Single(Infer().Expect(ExitCode.ImagesFailed).Logged("error"));
        Assert.StartsWith($"{model}: damaged weights file: the values' sha256 is ", error, StringComparison.Ordinal);
        Assert.EndsWith("'srbatch train' makes it again from the run's newest checkpoint.", error, StringComparison.Ordinal);

        SrbatchResult train = Train(TrainedModel.Steps).Expect(ExitCode.Done);
        Assert.Contains(train.Logged("warning"), line => line.EndsWith(
            " This training makes it again, from the newest checkpoint if there is one.", StringComparison.Ordinal));
        Assert.Equal(whole, File.ReadAllBytes(model));
        Infer().Expect(ExitCode.Done);
    }

    [Fact]
    public void Train_DamagedTable_BeginsItAnew()
    {
        string table = Path.Combine(_run, "training.parquet");
        File.WriteAllText(table, "x");
        Assert.Contains(
            $"{table}: cannot be read as Parquet: not a Parquet file (size too small). It begins anew with the next step; "
                + "the training itself does not depend on it.",
            Train(TrainedModel.Steps + 3).Expect(ExitCode.Done).Logged("warning"));
        Assert.Equal(["1"], DuckDbTable.Query($"SELECT count(*) FROM '{table}'"));
    }

    [Fact]
    public void Infer_RunFolderThatWasDeleted_EndsWith74()
    {
        string run = _folder.File("other");
        using SrbatchProcess infer = Srbatch.Start(
            "infer", "--manifest", _tiny.Manifest, "--run", run, "--model", _tiny.Model, "--threads", "1");
        infer.WaitForLine("plan frozen");
        Directory.Delete(run, recursive: true);
        SrbatchResult result = infer.Wait().Expect(ExitCode.CannotWrite);
        Assert.Contains(
            $"{run}/plan.json is gone: the run folder was deleted or moved while srbatch worked in it, so results may be missing. "
                + "Run the same command again, in the place where the folder is to be.",
            result.Logged("error"));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("report")]
    [InlineData("evaluate")]
    [InlineData("infer")]
    public void RunThatIsMistyped_EndsWith78_AndLeavesNoFolder(string verb)
    {
        string run = _folder.File("rum");
        string[] manifest = verb is "evaluate" or "infer" ? ["--manifest", _tiny.Manifest] : [];
        Srbatch.Run([verb, "--run", run, .. manifest]).Expect(ExitCode.BadManifest);
        Assert.False(Directory.Exists(run));
    }

    private SrbatchResult Infer() => Srbatch.Run("infer", "--manifest", _tiny.Manifest, "--run", _run, "--threads", "1");

    private SrbatchResult Train(int steps) =>
        Srbatch.Run("train", "--manifest", _tiny.Manifest, "--run", _run, "--threads", "1", "--steps", $"{steps}");
}
