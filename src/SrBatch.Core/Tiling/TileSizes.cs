namespace SrBatch.Core.Tiling;

/// <summary>How one plane is cut. All lengths in input pixels, multiples of <see cref="Stride"/>.</summary>
/// <param name="KeepRows">Rows that are kept of a window.</param>
/// <param name="KeepColumns">Columns that are kept of a window.</param>
/// <param name="Halo">What is read around that and thrown away, except at the plane's own borders.</param>
/// <param name="Stride">The network's: windows start at multiples of it.</param>
public sealed record TileSizes(int KeepRows, int KeepColumns, int Halo, int Stride)
{
    /// <summary>Longest chunk of an output along y and x, pixels.</summary>
    public const int LongestChunk = 256;

    /// <summary>Kept parts are multiples of this on the output's grid, so that chunks are long and never shared by two windows.</summary>
    private const int ChunkGrid = LongestChunk / 2;

    /// <summary>A smaller window is taken when it costs at most this much more than the best: it needs less memory, and the caches hold more of it.</summary>
    private const double Worth = 1.02;

    /// <summary>Output values of the windows that are read, enhanced and written at once, unless one window has more: 32 MiB of float32.</summary>
    private const long MostValuesTogether = 8 << 20;

    /// <summary>Chooses the windows that compute least within the memory that may be used.</summary>
    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="tile">Longest side of a window asked for; null: as the memory allows.</param>
    /// <param name="halo">Pixels; rounded up to the stride.</param>
    /// <param name="stride">See <see cref="Stride"/>.</param>
    /// <param name="mostPixels">Pixels of a window that memory allows; the smallest windows may have more.</param>
    public static TileSizes Choose(long height, long width, int scale, int? tile, int halo, int stride, long mostPixels)
    {
        int around = RoundUp(halo, stride);
        if (tile is { } side)
        {
            int keep = Math.Max(stride, (RoundUp(side, stride) - (2 * around)) / stride * stride);
            return new TileSizes(Within(keep, around, height), Within(keep, around, width), around, stride);
        }
        int grid = LeastCommonMultiple(stride, Math.Max(1, ChunkGrid / scale));
        AxisChoice[] rows = [.. AxisChoice.Of(height, around, stride, grid)], columns = [.. AxisChoice.Of(width, around, stride, grid)];
        (AxisChoice Row, AxisChoice Column)[] fitting = [.. rows.SelectMany(row => columns.Where(column => column.Window <= mostPixels / row.Window).Select(column => (row, column)))];
        if (fitting.Length == 0)
        {
            return new TileSizes(rows[^1].Keep, columns[^1].Keep, around, stride);
        }
        double bound = Worth * fitting.Min(pair => (double)pair.Row.Computed * pair.Column.Computed);
        (AxisChoice best, AxisChoice bestColumn) = fitting.Where(pair => (double)pair.Row.Computed * pair.Column.Computed <= bound)
            .MinBy(pair => (pair.Row.Window * pair.Column.Window, (double)pair.Row.Computed * pair.Column.Computed));
        return new TileSizes(best.Keep, bestColumn.Keep, around, stride);

        // An axis that one window covers has no halo.
        int Within(int keep, int halo, long size) => RoundUp(size, stride) <= keep + (2 * halo) ? checked((int)RoundUp(size, stride)) : keep;
    }

    /// <summary>The smallest multiple of <paramref name="stride"/> that is at least <paramref name="length"/>.</summary>
    public static int RoundUp(int length, int stride) => (length + stride - 1) / stride * stride;

    /// <inheritdoc cref="RoundUp(int, int)"/>
    public static long RoundUp(long length, int stride) => (length + stride - 1) / stride * stride;

    /// <summary>All windows of a plane, in the order in which they are done: memory does not grow with the plane.</summary>
    public IReadOnlyList<TileBlock> Blocks(long height, long width, int scale)
    {
        IReadOnlyList<AxisSegment> rows = AxisCutter.Cut(RoundUp(height, Stride), KeepRows, Halo, Stride), columns = AxisCutter.Cut(RoundUp(width, Stride), KeepColumns, Halo, Stride);
        int together = (int)Math.Clamp(MostValuesTogether / ((long)KeepRows * KeepColumns * scale * scale), 1, columns.Count);
        // Down one panel of columns, then the next: the rows that two blocks share are still at hand.
        return [.. columns.Chunk(together).SelectMany(panel => rows.Select(row => new TileBlock(row, panel)))];
    }

    /// <summary>Pixels of a plane's largest window.</summary>
    public long WindowPixels(long height, long width)
    {
        return Longest(height, KeepRows) * Longest(width, KeepColumns);

        long Longest(long size, int keep) => AxisCutter.Cut(RoundUp(size, Stride), keep, Halo, Stride).Max(segment => segment.WindowLength);
    }

    /// <summary>Length of the output's chunks along an axis, pixels: none is shared by two windows.</summary>
    /// <param name="size">Of the input's axis.</param>
    /// <param name="keep">Along it.</param>
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
    /// <param name="Keep">Of a window.</param>
    /// <param name="Window">Length of the longest.</param>
    /// <param name="Computed">Of all together.</param>
    private readonly record struct AxisChoice(int Keep, long Window, long Computed)
    {
        /// <summary>More ways are not looked at, so that a huge plane costs no time.</summary>
        private const int MostWindows = 4096;

        /// <returns>From one window to many, and at last the smallest windows.</returns>
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
