using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Devices;

namespace SrBatch.Tests.Pipelines.RunFolders;

public sealed class RunComputeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => new RunFolder(_folder.Path).Compute("infer");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Settle_FirstTask_DecidesForAll()
    {
        RunCompute first = Settle(new ComputeRequest { Precision = "bf16" }, windows: 100);
        Assert.Equal(("bf16", 100L), (first.Precision, first.WindowBytes));
        RunCompute second = Settle(new ComputeRequest(), windows: 50);
        Assert.Equal(("bf16", 100L), (second.Precision, second.WindowBytes));
        Assert.Equal("fp32", Settle(new ComputeRequest { Precision = "fp32" }, windows: 50).Precision); // with a warning
        Assert.Contains("\"precision\": \"bf16\"", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void Settle_ThisNodeCannotDoWhatTheRunDoes_IsUnavailable()
    {
        Write("cuda", "fp32", isAsked: false);
        AssertFails(
            new ComputeRequest(),
            $"the tasks of this run compute on 'cuda' ({File}, by job 7 on node n1), but this one has 'cpu'. "
            + "Submit it with a GPU (--gres=gpu:1), or pass --device cpu: its results then differ from the others' in the last digits. "
            + $"Or delete {File} (and images/, to have all images alike): all later tasks then compute on 'cpu'.");
        Assert.Equal("cpu", Settle(new ComputeRequest { Device = "cpu" }).Device.Name);
        Write("cuda", "bf16", isAsked: false);
        Assert.Equal("auto", Settle(new ComputeRequest { Device = "cpu" }).Precision); // what this processor can do

        Write("cpu", "bf16", isAsked: false);
        if (Bf16Units.Of(ComputeDevice.Cpu) is null)
        {
            AssertFails(
                new ComputeRequest(),
                $"the tasks of this run compute in bf16 ({File}, by job 7 on node n1: AMX), but on 'cpu' {Bf16Units.None}. "
                + "Submit it to nodes like the others (sbatch --constraint), or pass --precision fp32: its results then differ from the "
                + $"others'. Or delete {File} (and images/, to have all images alike): all later tasks then compute in fp32.");
        }
        else
        {
            Assert.Equal("auto", Settle(new ComputeRequest()).Precision);
        }
        Write("cpu", "fp32", isAsked: false);
        Assert.Equal(("fp32", "AMX"), Settle(new ComputeRequest()) is var run ? (run.Precision, run.Reason) : default);
    }

    [Fact]
    public void Settle_FileOfAnotherVersion_IsRefused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "{ \"format\": 2, \"device\": \"tpu\", \"precision\": \"fp8\", \"isPrecisionAsked\": false, \"reason\": \"\", \"decidedBy\": \"\" }");
        SrBatchException fault = Assert.Throws<SrBatchException>(() => Settle(new ComputeRequest()));
        Assert.Equal(
            (ExitCode.BadManifest,
                $"{File}: not written by this version of srbatch (format 2, device 'tpu', precision 'fp8'). Use a new run folder, or delete this "
                + "file: the next task then decides again what the run computes with."),
            (fault.ExitCode, fault.Message));
    }

    [Fact]
    public void Settle_Bf16ThatIsRefused_IsNotForTheOthersToFollow()
    {
        var bf16 = new ComputeRequest { Precision = "bf16" };
        Assert.Throws<SrBatchException>(() => Settle(bf16, tryBf16: () => throw new SrBatchException(ExitCode.Unavailable, "wrong")));
        Assert.False(System.IO.File.Exists(File));
        bool isTried = false;
        Settle(bf16, tryBf16: () => isTried = true);
        Assert.True(isTried);
        Assert.Equal("bf16", Settle(new ComputeRequest()).Precision);
    }

    /// <summary>A folder instead of the file: a file that is not readable for others is readable for root.</summary>
    [Fact]
    public void Settle_FileThatCannotBeRead_IsRefused_WithThePath()
    {
        Directory.CreateDirectory(File);
        SrBatchException fault = Assert.Throws<SrBatchException>(() => Settle(new ComputeRequest()));
        Assert.Equal(
            (ExitCode.BadManifest,
                $"{File}: cannot be read (Access to the path '{File}' is denied.). All tasks of the run need it: let its owner give the others "
                + "read permission (chmod g+r), or delete it: the next task then decides again what the run computes with."),
            (fault.ExitCode, fault.Message));
    }

    [Fact]
    public void Settle_OthersMayReadTheFile_AsFarAsTheMaskAllows()
    {
        Settle(new ComputeRequest());
        string beside = _folder.File("beside");
        System.IO.File.WriteAllText(beside, "");
        Assert.Equal(new FileInfo(beside).UnixFileMode, new FileInfo(File).UnixFileMode);
    }

    private RunCompute Settle(ComputeRequest request, long? windows = null, Action? tryBf16 = null) =>
        RunCompute.Settle(File, ComputeDevice.Cpu, request, Training.Patches.TrainingPairs.Context, windows, tryBf16);

    private void AssertFails(ComputeRequest request, string message)
    {
        SrBatchException fault = Assert.Throws<SrBatchException>(() => Settle(request));
        Assert.Equal((ExitCode.Unavailable, message), (fault.ExitCode, fault.Message));
    }

    private void Write(string device, string precision, bool isAsked)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.Delete(File);
        FrozenCompute.Ensure(File, () => new FrozenCompute
        {
            Device = device,
            Precision = precision,
            IsPrecisionAsked = isAsked,
            Reason = "AMX",
            DecidedBy = "job 7 on node n1",
        });
    }
}
