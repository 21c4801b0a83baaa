using System.Numerics;
using System.Runtime.InteropServices;

namespace SrBatch.Torch.Filters;

/// <summary>Symmetric filters of one row, with vector instructions.</summary>
internal static class NeighbourSum
{
    /// <summary>
    /// result[i] = the sum over k of weights[k] (source[left[k] + i] + source[right[k] + i]). Terms are added in the order of k, so that
    /// the result has the same bytes on every processor.
    /// </summary>
    public static void Write<T>(
        Span<T> result,
        ReadOnlySpan<T> source,
        ReadOnlySpan<int> left,
        ReadOnlySpan<int> right,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < weights.Length; k++)
        {
            // Checks the bounds once: the loops below read without checks.
            _ = source.Slice(left[k], result.Length);
            _ = source.Slice(right[k], result.Length);
        }
        int lanes = Vector<T>.Count, i = 0;
        ref T first = ref MemoryMarshal.GetReference(source), into = ref MemoryMarshal.GetReference(result);
        // Two vectors at a time, as their additions do not depend on each other.
        for (; i + (2 * lanes) <= result.Length; i += 2 * lanes)
        {
            Vector<T> sum = Vector<T>.Zero, next = Vector<T>.Zero;
            for (int k = 0; k < weights.Length; k++)
            {
                nuint a = (nuint)(left[k] + i), b = (nuint)(right[k] + i);
                sum += weights[k] * (Vector.LoadUnsafe(ref first, a) + Vector.LoadUnsafe(ref first, b));
                next += weights[k] * (Vector.LoadUnsafe(ref first, a + (nuint)lanes) + Vector.LoadUnsafe(ref first, b + (nuint)lanes));
            }
            sum.StoreUnsafe(ref into, (nuint)i);
            next.StoreUnsafe(ref into, (nuint)(i + lanes));
        }
        for (; i < result.Length; i++)
        {
            T sum = T.Zero;
            for (int k = 0; k < weights.Length; k++)
            {
                sum += weights[k] * (source[left[k] + i] + source[right[k] + i]);
            }
            result[i] = sum;
        }
    }
}
