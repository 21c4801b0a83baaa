using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Collectives;

namespace SrBatch.Tests.Torch.Collectives;

public class NcclLibraryTests
{
    [Fact]
    public void Candidates_Chosen_IsTheOnlyOne() =>
        Assert.Equal(
            ["/opt/nccl/libnccl.so.2"],
            NcclLibrary.Candidates(Only(("SRBATCH_NCCL", "/opt/nccl/libnccl.so.2"), ("SRBATCH_TORCH", "/site/torch/lib")), "/app"));

    [Fact]
    public void Candidates_LibtorchsOwnComesFirst()
    {
        Assert.Equal(
            ["/py/site-packages/torch/lib/libtorch_cuda.so", "/py/site-packages/nvidia/nccl/lib/libnccl.so.2", "libnccl.so.2"],
            NcclLibrary.Candidates(Only(("SRBATCH_TORCH", "/py/site-packages/torch/lib"), ("SRBATCH_NCCL", "")), "/app"));
        Assert.Equal("/app/libtorch_cuda.so", NcclLibrary.Candidates(Only(), "/app").First());
    }

    [Fact]
    public void Load_NothingThere_NamesWhatWasTried()
    {
        using var folder = new TemporaryFolder();
        string missing = folder.File("libnccl.so.2");
        SrBatchException fault = Assert.Throws<SrBatchException>(() => NcclLibrary.Load(Only(("SRBATCH_NCCL", missing))));
        Assert.Equal(ExitCode.Unavailable, fault.ExitCode);
        Assert.Equal(
            $"no NCCL library loads; tried {missing}: cannot open shared object file: No such file or directory. "
                + "Load the cluster's NCCL module, set SRBATCH_NCCL to its libnccl.so.2, "
                + "or set SRBATCH_NCCL=none to use MPI and main memory, which is slower.",
            fault.Message);
    }

    [Fact]
    public void Load_AnotherLibrary_IsNotTaken() =>
        Assert.StartsWith(
            "no NCCL library loads; tried libc.so.6: has no ncclAllReduce.",
            Assert.Throws<SrBatchException>(() => NcclLibrary.Load(Only(("SRBATCH_NCCL", "libc.so.6")))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(2708, "2.7.8")]
    [InlineData(20903, "2.9.3")]
    [InlineData(22703, "2.27.3")]
    public void Version_OfItsCode_IsRead(int code, string version) => Assert.Equal(version, NcclLibrary.Version(code));

    private static Func<string, string?> Only(params (string Name, string Value)[] set) =>
        name => set.FirstOrDefault(variable => variable.Name == name).Value;
}
