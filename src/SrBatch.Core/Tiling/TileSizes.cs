namespace SrBatch.Core.Tiling;

/// <summary>How a plane is cut into windows. All lengths are in input pixels and multiples of <see cref="Stride"/>.</summary>
/// <param name="KeepRows">Rows kept of each window.</param>
/// <param name="KeepColumns">Columns kept of each window.</param>
/// <param name="Halo">Pixels read around the kept part and then discarded; none beyond the plane's borders.</param>
/// <param name="Stride">The network's stride. Windows start at multiples of it.</param>
public sealed record TileSizes(int KeepRows, int KeepColumns, int Halo, int Stride)
{
    /// <summary>Longest chunk of an output along y and x, pixels.</summary>
    public const int LongestChunk = 256;

    /// <summary>Kept parts are multiples of this, output pixels, so that chunks are long and no chunk is shared by two windows.</summary>
    private const int ChunkGrid = LongestChunk / 2;

    /// <summary>
    /// A smaller window is preferred when it computes at most this factor more than the best one: it needs less memory and fits better into
    /// caches.
    /// </summary>
    private const double AllowedOverhead = 1.02;

    /// <summary>
    /// Most output values of the windows that are read, enhanced and written together (32 MiB of float32), unless a single window has more.
    /// </summary>
    private const long MostValuesTogether = 8 << 20;

    /// <summary>Chooses the windows that need the least computation within the memory allowed.</summary>
    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="tile">Longest side of a window; null: as large as the memory allows.</param>
    /// <param name="halo">Pixels; rounded up to the stride.</param>
    /// <param name="stride">See <see cref="Stride"/>.</param>
    /// <param name="mostPixels">
    /// Most pixels of a window that memory allows. When no window fits, the smallest possible one is chosen.
    /// </param>
    public static TileSizes Choose(long height, long width, int scale, int? tile, int halo, int stride, long mostPixels)
    {
        int around = RoundUp(halo, stride);
        if (tile is { } side)
        {
            int keep = Math.Max(stride, (RoundUp(side, stride) - (2 * around)) / stride * stride);
            return new TileSizes(Within(keep, around, height), Within(keep, around, width), around, stride);
        }
        int grid = LeastCommonMultiple(stride, Math.Max(1, ChunkGrid / scale));
        AxisChoice[] rows = [.. AxisChoice.Of(height, around, stride, grid)];
        AxisChoice[] columns = [.. AxisChoice.Of(width, around, stride, grid)];
        (AxisChoice Row, AxisChoice Column)[] fitting =
        [
            .. rows.SelectMany(row => columns.Where(column => column.Window <= mostPixels / row.Window).Select(column => (row, column))),
        ];
        if (fitting.Length == 0)
        {
            return new TileSizes(rows[^1].Keep, columns[^1].Keep, around, stride);
        }
        double bound = AllowedOverhead * fitting.Min(Computed);
        (AxisChoice bestRow, AxisChoice bestColumn) = fitting.Where(pair => Computed(pair) <= bound)
            .MinBy(pair => (pair.Row.Window * pair.Column.Window, Computed(pair)));
        return new TileSizes(bestRow.Keep, bestColumn.Keep, around, stride);

        static double Computed((AxisChoice Row, AxisChoice Column) pair) => (double)pair.Row.Computed * pair.Column.Computed;

        // An axis that fits into one window needs no halo.
        int Within(int keep, int halo, long size)
        {
            long whole = RoundUp(size, stride);
            return whole <= keep + (2 * halo) ? checked((int)whole) : keep;
        }
    }

    /// <summary>The smallest multiple of <paramref name="stride"/> that is at least <paramref name="length"/>.</summary>
    public static int RoundUp(int length, int stride) => (length + stride - 1) / stride * stride;

    /// <inheritdoc cref="RoundUp(int, int)"/>
    public static long RoundUp(long length, int stride) => (length + stride - 1) / stride * stride;

    /// <summary>All windows of a plane, in the order of processing. This order keeps memory independent of the size of the plane.</summary>
    public IReadOnlyList<TileBlock> Blocks(long height, long width, int scale)
    {
        IReadOnlyList<AxisSegment> rows = AxisCutter.Cut(RoundUp(height, Stride), KeepRows, Halo, Stride);
        IReadOnlyList<AxisSegment> columns = AxisCutter.Cut(RoundUp(width, Stride), KeepColumns, Halo, Stride);
        int together = (int)Math.Clamp(MostValuesTogether / ((long)KeepRows * KeepColumns * scale * scale), 1, columns.Count);
        // Down one panel of columns, then down the next: the rows shared by two successive blocks are still in memory.
        return [.. columns.Chunk(together).SelectMany(panel => rows.Select(row => new TileBlock(row, panel)))];
    }

    /// <summary>Pixels of a plane's largest window.</summary>
    public long WindowPixels(long height, long width)
    {
        return Longest(height, KeepRows) * Longest(width, KeepColumns);

        long Longest(long size, int keep) => AxisCutter.Cut(RoundUp(size, Stride), keep, Halo, Stride).Max(segment => segment.WindowLength);
    }

    /// <summary>Length of the output's chunks along an axis, output pixels. No chunk is shared by two windows.</summary>
    /// <param name="size">Length of the input's axis.</param>
    /// <param name="keep">Length of the kept parts along it.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    public static int ChunkLength(long size, int keep, int scale)
    {
        if (keep >= size)
        {
            return (int)Math.Min(LongestChunk, size * scale);
        }
        int kept = keep * scale;
        return Enumerable.Range(1, Math.Min(LongestChunk, kept)).Last(length => kept % length == 0);
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        int multiple = a;
        while (multiple % b != 0)
        {
            multiple += a;
        }
        return multiple;
    }

    /// <summary>One way to cut an axis.</summary>
    /// <param name="Keep">Length of the kept parts.</param>
    /// <param name="Window">Length of the longest window.</param>
    /// <param name="Computed">Total length of all windows.</param>
    private readonly record struct AxisChoice(int Keep, long Window, long Computed)
    {
        /// <summary>Ways with more windows than this are not considered, so that a huge plane takes no time.</summary>
        private const int MostWindows = 4096;

        /// <returns>Ways with one window, with more and more windows, and finally with the smallest windows.</returns>
        public static IEnumerable<AxisChoice> Of(long size, int halo, int stride, int grid)
        {
            long whole = RoundUp(size, stride);
            if (whole <= int.MaxValue)
            {
                yield return new AxisChoice((int)whole, whole, whole);
            }
            long last = whole;
            for (int count = 2; count <= MostWindows && last > grid; count++)
            {
                long keep = RoundUp((size + count - 1) / count, grid);
                if (keep < last && keep <= int.MaxValue)
                {
                    last = keep;
                    yield return With((int)keep);
                }
            }
            if (last > grid)
            {
                yield return With(grid);
            }

            AxisChoice With(int keep) => new(keep, Math.Min(whole, keep + (2L * halo)), whole + (((whole - 1) / keep) * 2 * halo));
        }
    }
}
