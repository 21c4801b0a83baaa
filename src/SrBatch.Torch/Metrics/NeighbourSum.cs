using System.Numerics;
using System.Runtime.InteropServices;

namespace SrBatch.Torch.Metrics;

/// <summary>A step of a symmetric filter, on all lanes of the processor.</summary>
internal static class NeighbourSum
{
    /// <summary>sum += weight (a + b), spans of one length.</summary>
    public static void Accumulate<T>(Span<T> sum, ReadOnlySpan<T> a, ReadOnlySpan<T> b, T weight)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<Vector<T>> sums = MemoryMarshal.Cast<T, Vector<T>>(sum);
        ReadOnlySpan<Vector<T>> left = MemoryMarshal.Cast<T, Vector<T>>(a), right = MemoryMarshal.Cast<T, Vector<T>>(b);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += weight * (left[i] + right[i]);
        }
        for (int i = sums.Length * Vector<T>.Count; i < sum.Length; i++)
        {
            sum[i] += weight * (a[i] + b[i]);
        }
    }
}
