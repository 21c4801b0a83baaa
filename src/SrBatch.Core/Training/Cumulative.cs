using System.Numerics;

namespace SrBatch.Core.Training;

/// <summary>Draws by weight: from the running sums of n weights, a draw takes log n comparisons.</summary>
internal static class Cumulative
{
    /// <param name="sums">Never falling; at least one.</param>
    /// <param name="value">0 to the last sum.</param>
    /// <returns>The first index whose sum is above <paramref name="value"/>; the last index if there is none.</returns>
    public static int Find<T>(ReadOnlySpan<T> sums, T value)
        where T : INumber<T>
    {
        int low = 0, high = sums.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sums[middle] > value)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }
}
