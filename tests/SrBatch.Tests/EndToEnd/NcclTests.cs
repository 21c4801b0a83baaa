using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;
using SrBatch.Tests.Torch.Collectives;

namespace SrBatch.Tests.EndToEnd;

/// <summary>The binding to NCCL in the published binary, by the stand-in of the unit tests.</summary>
public sealed class NcclTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Doctor_LibraryNamed_TriesItWithOneRank()
    {
        string library = NcclStandIn.Compile(_folder), log = _folder.File("log");
        SrbatchResult doctor = Srbatch.RunIn([("SRBATCH_NCCL", library), ("STANDIN_LOG", log), ("CUDA_VISIBLE_DEVICES", "")], "doctor").Expect(ExitCode.Done);
        Assert.Contains($"\nnccl       2.27.3 from {library}, works on cpu with one rank\n", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                "ncclGetUniqueId", "ncclCommInitRank size=1 rank=0 wrong-bytes=0 id-made=1", "ncclAllReduce count=3 type=8 operation=0 in-place=1 ours=1 stream=(nil)",
                "ncclCommDestroy ours=1",
            ],
            File.ReadAllLines(log));
    }

    [Fact]
    public void Doctor_LibraryNamedButMissing_SaysSo_AndIsNoFault()
    {
        string missing = _folder.File("libnccl.so.2");
        Assert.Contains(
            $"\nnccl       not found: no NCCL library loads; tried {missing}: cannot open shared object file: No such file or directory. "
                + "Load the cluster's NCCL module, set SRBATCH_NCCL to its libnccl.so.2, or set SRBATCH_NCCL=none to use MPI and main memory, "
                + "which is slower.\n",
            Srbatch.RunIn([("SRBATCH_NCCL", missing)], "doctor").Expect(ExitCode.Done).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_NoGpu_DoesNotLookForIt() =>
        Assert.Contains("\nnccl       not looked for: libtorch sees no GPU\n", Srbatch.RunIn([("CUDA_VISIBLE_DEVICES", "")], "doctor").Expect(ExitCode.Done).Output, StringComparison.Ordinal);
}
