using SrBatch.Core.Errors;
using SrBatch.Torch.Collectives;

namespace SrBatch.Tests.Torch.Collectives;

public class NcclIdExchangeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public NcclIdExchangeTests() => NcclStandIn.Reset();

    [Fact]
    public void Start_NoMpiAndNoSlurm_GoesThroughTheFile()
    {
        byte[]? file = null;
        NcclIdExchange first = Start(0, own => file = own!);
        NcclIdExchange second = Start(1, own => own is null ? file! : throw new InvalidOperationException("only rank 0 gives"));
        Assert.Equal("a file", first.Way);
        Assert.Equal(first.Id.ToArray(), second.Id.ToArray());
        Assert.Equal((0, 1), (first.Rank, second.Rank));
        Assert.Equal(["ncclGetUniqueId"], NcclStandIn.Calls);
    }

    [Fact]
    public void Start_NoWay_SaysWhatWasTried() =>
        Assert.Equal(
            "PMI_RANK reports 2 processes, but they cannot find each other: no MPI library here belongs to this launcher; "
                + "this is not a step of a Slurm job; and a file would not do, as nothing tells this start from an earlier one. "
                + "Start them with srun.",
            Assert.Throws<SrBatchException>(() => Start(1, null)).Message);

    private static NcclIdExchange Start(int rank, Func<byte[]?, byte[]>? file) =>
        NcclIdExchange.Start(rank, 2, "PMI_RANK", _ => null, file, new CollectiveWait(Limit, _ => { }));
}
