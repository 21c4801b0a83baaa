using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Images;

namespace SrBatch.Tests.Storage.Images;

/// <summary>Blocks for tests of <see cref="PartialImage"/>.</summary>
internal static class PartialBlocks
{
    public static readonly byte[] Fingerprint = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>Two datasets, with and without chunks; no chunk has only zeros, and the lengths are odd.</summary>
    public static FinishedBlock Block(int number) => new(number, number * 1_000_000_007L,
    [
        [
            .. Enumerable.Range(0, number % 3).Select(i => new PackedChunk(
                [(ulong)number, 0, (ulong)i << 40],
                Enumerable.Range(1, 5 + i).Select(n => (byte)(n + number)).ToArray())),
        ],
        [new PackedChunk([7], new byte[] { 1, 2, (byte)(number + 1) })],
    ]);

    public static void AssertSame(FinishedBlock expected, FinishedBlock actual)
    {
        Assert.Equal(
            (expected.Number, expected.Saturated, expected.Datasets.Count),
            (actual.Number, actual.Saturated, actual.Datasets.Count));
        foreach ((IReadOnlyList<PackedChunk> wanted, IReadOnlyList<PackedChunk> found) in expected.Datasets.Zip(actual.Datasets))
        {
            Assert.Equal(
                wanted.Select(chunk => Convert.ToHexString(chunk.Bytes.Span)),
                found.Select(chunk => Convert.ToHexString(chunk.Bytes.Span)));
            Assert.Equal(wanted.Select(chunk => string.Join(',', chunk.Start)), found.Select(chunk => string.Join(',', chunk.Start)));
        }
    }
}
