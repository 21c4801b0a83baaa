using SrBatch.Storage.Images;
using static SrBatch.Tests.Storage.Images.PartialBlocks;

namespace SrBatch.Tests.Storage.Images;

/// <summary>Several threads use one <see cref="PartialImage"/>.</summary>
public sealed class PartialImageThreadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>As in inference: one thread asks which blocks are finished while another adds more.</summary>
    [Theory]
    [InlineData(false, 20, 100_000)]
    [InlineData(true, 1, 2_000)]
    public async Task Has_WhileAnotherThreadAdds_NeverMissesAFinishedBlock(bool isOnDisk, int images, int blocks)
    {
        for (int i = 0; i < images; i++)
        {
            using var partial = PartialImage.Open(_folder.File($"{i}.h5"), Fingerprint, isOnDisk);
            FinishedBlock block = Block(0);
            int added = 0;
            Task adding = Task.Run(() =>
            {
                for (int number = 0; number < blocks; number++)
                {
                    partial.Add(block with { Number = number });
                    Volatile.Write(ref added, number + 1);
                }
            }, TestContext.Current.CancellationToken);
            while (!adding.IsCompleted)
            {
                int least = Volatile.Read(ref added);
                if (least > 0)
                {
                    Assert.True(
                        partial.Has(0) && partial.Has(least / 2) && partial.Has(least - 1),
                        $"one of {least} finished blocks is missing");
                    Assert.Equal(block.Saturated, partial.Read(least - 1).Saturated);
                }
            }
            await adding;
            Assert.Equal(blocks, partial.Count);
        }
    }

    [Fact]
    public void Add_FromSeveralThreads_KeepsEveryBlock()
    {
        using (var partial = PartialImage.Open(_folder.File("a.h5"), Fingerprint, isOnDisk: true))
        {
            Parallel.For(0, 200, number => partial.Add(Block(number)));
        }
        using var again = PartialImage.Open(_folder.File("a.h5"), Fingerprint, isOnDisk: true);
        Assert.Equal(200, again.Count);
        Assert.All(Enumerable.Range(0, 200), number => AssertSame(Block(number), again.Read(number)));
    }
}
