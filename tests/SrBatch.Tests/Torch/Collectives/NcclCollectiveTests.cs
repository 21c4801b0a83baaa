using SrBatch.Core.Errors;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Collectives;

/// <summary>Calls of NCCL, recorded by a stand-in that works in main memory.</summary>
public class NcclCollectiveTests
{
    private const int RemoteError = 6;
    private const long Piece = NcclCommunicator.PieceBytes / sizeof(float);

    private readonly List<string> _reported = [];

    public NcclCollectiveTests() => NcclStandIn.Reset();

    [Fact]
    public void Start_PassesTheIdByValue_AndDisposeDestroys()
    {
        Make(rank: 2, size: 3).Dispose();
        Assert.Equal(
            ["ncclGetUniqueId", "ncclCommInitRank size=3 rank=2 wrong-bytes=0 id-made=1", "ncclCommDestroy ours=1"],
            NcclStandIn.Calls);
    }

    [Fact]
    public void Id_ThroughBytes_IsTheSame()
    {
        byte[] bytes = NcclId.New().ToArray();
        Assert.Equal(Enumerable.Range(0, 128).Select(i => unchecked((byte)((i * 7) + 1))), bytes);
        Assert.Equal(bytes, NcclId.Of(bytes).ToArray());
        Assert.Throws<ArgumentException>(() => NcclId.Of(bytes.AsSpan(1)));
    }

    [Fact]
    public void Sum_OfATensor_IsInPlace_InPieces()
    {
        using NcclCollective ranks = Make(rank: 0, size: 4);
        float[] before = [.. Enumerable.Range(0, (int)(2 * Piece) + 5).Select(i => (float)i)];
        using Tensor values = tensor(before);
        NcclStandIn.Reset();
        ranks.Sum(values);
        Assert.Equal([AllReduce(Piece), AllReduce(Piece), AllReduce(5)], NcclStandIn.Calls);
        Assert.True(values.data<float>().ToArray().AsSpan().SequenceEqual(Array.ConvertAll(before, value => 4 * value)));
    }

    [Fact]
    public void Sum_OfPartOfATensor_LeavesTheRest()
    {
        using NcclCollective ranks = Make(rank: 0, size: 4);
        using Tensor values = ones(6, float32), part = values.narrow(0, 2, 3);
        ranks.Sum(part);
        Assert.Equal([1f, 1, 4, 4, 4, 1], values.data<float>().ToArray());
    }

    [Fact]
    public void Sum_OfDoubles_Sums()
    {
        using NcclCollective ranks = Make(rank: 1, size: 3);
        NcclStandIn.Reset();
        Span<double> values = [0.1, -2];
        ranks.Sum(values);
        Assert.Equal([3 * 0.1, -6], values.ToArray());
        Assert.Equal(["ncclAllReduce count=2 type=8 operation=0 in-place=1 ours=1 stream=(nil)"], NcclStandIn.Calls);
    }

    [Fact]
    public void Broadcast_TakesRank0s_InPieces()
    {
        using NcclCollective ranks = Make(rank: 1, size: 2);
        using Tensor values = zeros(Piece + 1, float32);
        NcclStandIn.Reset();
        ranks.Broadcast(values);
        Assert.Equal(
            [
                $"ncclBroadcast count={Piece} type=7 root=0 in-place=1 ours=1 stream=(nil)",
                "ncclBroadcast count=1 type=7 root=0 in-place=1 ours=1 stream=(nil)",
            ],
            NcclStandIn.Calls);
        Assert.All(values.data<float>().ToArray(), value => Assert.Equal(0.5f, value));
    }

    [Fact]
    public void Barrier_IsASumOfOne()
    {
        using NcclCollective ranks = Make(rank: 1, size: 2);
        NcclStandIn.Reset();
        ranks.Barrier();
        Assert.Equal(["ncclAllReduce count=1 type=8 operation=0 in-place=1 ours=1 stream=(nil)"], NcclStandIn.Calls);
    }

    [Fact]
    public void Sum_OfAnotherTensorThanItsOwn_IsRefused()
    {
        using NcclCollective ranks = Make(rank: 0, size: 2);
        using Tensor integers = ones(4, int32), columns = ones(4, 4).t();
        Assert.Equal(
            "Int32 on cpu, contiguous: True; expected contiguous float32 on cpu (Parameter 'values')",
            Assert.Throws<ArgumentException>(() => ranks.Sum(integers)).Message);
        Assert.Equal(
            "Float32 on cpu, contiguous: False; expected contiguous float32 on cpu (Parameter 'values')",
            Assert.Throws<ArgumentException>(() => ranks.Broadcast(columns)).Message);
    }

    [Fact]
    public void Sum_ThatNcclRefuses_SaysWhy()
    {
        using NcclCollective ranks = Make(rank: 0, size: 2);
        using Tensor values = ones(4, float32);
        NcclStandIn.Fail(now: RemoteError, later: 0);
        SrBatchException fault = Assert.Throws<SrBatchException>(() => ranks.Sum(values));
        Assert.Equal(
            "ncclAllReduce failed: remote process exited or there was a network error; socket closed (NCCL error 6). "
                + "NCCL_DEBUG=INFO makes NCCL log more.",
            fault.Message);
        Assert.Equal(ExitCode.Unavailable, fault.ExitCode);
    }

    [Fact]
    public void Fault_Later_EndsThisProcess()
    {
        using NcclCollective ranks = Make(rank: 1, size: 2);
        ranks.CheckFault();
        Assert.Empty(_reported);
        NcclStandIn.Reset();
        NcclStandIn.Fail(now: 0, later: RemoteError);
        Assert.Equal("ended with 75", Assert.Throws<InvalidOperationException>(ranks.CheckFault).Message);
        Assert.Equal(
            "rank 1 of 2: NCCL reports remote process exited or there was a network error; socket closed (NCCL error 6): "
                + "another rank or the network is gone. The same command continues from the newest checkpoint.",
            Assert.Single(_reported));
        Assert.Equal(["ncclCommAbort ours=1"], NcclStandIn.Calls);
        using Tensor values = ones(4, float32);
        Assert.Throws<ObjectDisposedException>(() => ranks.Sum(values));
    }

    [Fact]
    public void Sum_AnotherRankNeverComes_IsReported()
    {
        using var ended = new ManualResetEventSlim();
        var watch = new CollectiveWatch(TimeSpan.FromMilliseconds(20), (call, _) =>
        {
            lock (_reported)
            {
                _reported.Add(call);
            }
            ended.Set();
        }, TestContext.Current.CancellationToken);
        using (watch.Begin("ncclAllReduce"))
        {
            Assert.True(ended.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        }
        watch.Dispose();
        Assert.Equal(["ncclAllReduce"], _reported);
    }

    /// <summary>The run folder's disk hangs: neither the notes nor the log answer.</summary>
    [Fact]
    public void Sum_AnotherRankNeverComes_AndTheDiskHangs_IsReported()
    {
        using var ended = new ManualResetEventSlim();
        using var disk = new ManualResetEventSlim();
        var wait = new CollectiveWait(TimeSpan.FromMilliseconds(20), _ => disk.Wait(), TestContext.Current.CancellationToken)
        {
            Node = "n1",
            Notes = new RankNotes(disk.Wait, disk.Wait, () =>
            {
                disk.Wait();
                return "rank 1";
            }),
        };
        string? reported = null;
        using CollectiveWatch watch = wait.Watch(0, 2, message =>
        {
            wait.ReportSoon(message);
            reported = message;
            ended.Set();
        });
        using (watch.Begin("ncclAllReduce"))
        {
            Assert.True(ended.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        }
        disk.Set();
        Assert.Equal(
            "another rank hangs or is gone: rank 0 of 2 on node n1 has waited 0 s in ncclAllReduce. The log of the missing rank may say why.",
            reported);
    }

    private static string AllReduce(long count) =>
        $"ncclAllReduce count={count} type=7 operation=0 in-place=1 ours=1 stream=(nil)";

    /// <summary>Throws instead of ending the process, on the thread that finds the fault. Only the test asks for faults.</summary>
    private NcclCollective Make(int rank, int size) => new(
        "stand-in",
        new NcclIdExchange(NcclId.New(), rank, size, Mpi: null, Way: "the test"),
        ComputeDevice.Cpu,
        new CollectiveWait(TimeSpan.FromMinutes(5), _reported.Add),
        code => throw new InvalidOperationException($"ended with {code}"),
        Timeout.InfiniteTimeSpan);
}
