using System.Runtime.InteropServices;
using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Devices;

namespace SrBatch.Torch.Inference;

/// <summary>
/// Enhances a plane window by window. With the receptive field as halo the result is that of the whole plane in one piece, to rounding. One caller at a time:
/// windows and results lie in buffers that are used again.
/// </summary>
/// <param name="network">What to run on the windows.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="batch">Most windows a call of the network.</param>
/// <param name="mostPixels">Most pixels that they have together; larger windows are cut.</param>
public sealed class TiledEnhancer(RunNetwork network, int scale, int batch, long mostPixels = long.MaxValue)
{
    private float[] _windows = [], _enhanced = [];

    /// <summary>Enhances a whole plane.</summary>
    /// <param name="height">Rows of the plane, at least 1.</param>
    /// <param name="width">Columns of the plane, at least 1.</param>
    /// <param name="tiles">How the plane is cut.</param>
    /// <param name="range">Intensities that the network sees as 0 and 1; the output comes back in the input's units.</param>
    /// <param name="read">Input pixels.</param>
    /// <param name="write">Takes the output block by block.</param>
    /// <param name="cancellation">Looked at before each window.</param>
    /// <returns>Number of windows.</returns>
    public int Enhance(long height, long width, TileSizes tiles, IntensityRange range, ReadBox read, WriteBlock write, CancellationToken cancellation = default)
    {
        var reader = new BlockReader(height, width, IntensityMap.Of(range), read);
        int windows = 0;
        foreach (TileBlock block in tiles.Blocks(height, width, scale))
        {
            write(block, EnhanceBlock(block, tiles, reader.Read(block), height, width, range, cancellation));
            windows += block.Columns.Count;
        }
        return windows;
    }

    /// <summary>Most pixels of the windows of a call; becomes smaller when there was no memory for as many.</summary>
    public long MostPixels { get; private set; } = mostPixels;

    /// <summary>Enhances the windows of a block. What there is no memory for is done in smaller windows with the same halo.</summary>
    /// <param name="block">Which.</param>
    /// <param name="tiles">How the plane is cut.</param>
    /// <param name="pixels">As <see cref="BlockReader"/> gives them.</param>
    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <param name="range">What 0 and 1 become.</param>
    /// <param name="cancellation">Looked at before each window.</param>
    /// <returns>The block's kept part, clipped to the plane, scale times as long and as wide; row-major.</returns>
    public float[] EnhanceBlock(TileBlock block, TileSizes tiles, BlockPixels pixels, long height, long width, IntensityRange range, CancellationToken cancellation)
    {
        int rows = (int)(Math.Min(block.Rows.KeepEnd, height) - block.Rows.KeepStart), columns = (int)(Math.Min(block.KeepEnd, width) - block.KeepStart);
        float[] output = GC.AllocateUninitializedArray<float>(checked(rows * scale * columns * scale));
        for (int first = 0, count; first < block.Columns.Count; first += count)
        {
            // Those at the plane's borders are smaller than the others.
            long length = block.Columns[first].WindowLength;
            count = block.Columns.Skip(first).Take(batch).TakeWhile(column => column.WindowLength == length).Count();
            EnhanceWindows(block with { Columns = [.. block.Columns.Skip(first).Take(count)] });
        }
        return output;

        void EnhanceWindows(TileBlock part)
        {
            cancellation.ThrowIfCancellationRequested();
            long size = part.Rows.WindowLength * part.Columns.Sum(column => column.WindowLength);
            (TileBlock First, TileBlock Second)? halves = part.Halves(tiles.Halo, tiles.Stride);
            if (size <= MostPixels || halves is null)
            {
                try
                {
                    Run(part, block, pixels, output, rows, columns, range);
                    return;
                }
                catch (ExternalException fault) when (halves is not null && TorchMemory.IsLacking(fault))
                {
                    MostPixels = size - 1;
                }
            }
            EnhanceWindows(halves.Value.First);
            EnhanceWindows(halves.Value.Second);
        }
    }

    /// <param name="part">Windows of one size.</param>
    /// <param name="whole">The block that they are of.</param>
    /// <param name="pixels">Of the block.</param>
    /// <param name="output">Of the block.</param>
    /// <param name="rows">Of the block that lie within the plane, input pixels.</param>
    /// <param name="columns">As rows.</param>
    /// <param name="range">What 0 and 1 become.</param>
    private void Run(TileBlock part, TileBlock whole, BlockPixels pixels, float[] output, int rows, int columns, IntensityRange range)
    {
        int count = part.Columns.Count, height = (int)part.Rows.WindowLength, width = (int)part.Columns[0].WindowLength, area = height * width;
        Span<float> windows = Room(ref _windows, checked(count * area)), enhanced = Room(ref _enhanced, checked(count * area * scale * scale));
        for (int i = 0; i < count; i++)
        {
            pixels.CopyWindow(part.Rows.WindowStart, height, part.Columns[i].WindowStart, width, windows.Slice(i * area, area));
        }
        network(windows, count, height, width, enhanced);

        int top = (int)(part.Rows.KeepStart - whole.Rows.KeepStart), keptRows = (int)Math.Min(part.Rows.KeepLength, rows - top) * scale;
        int skippedRows = (int)(part.Rows.KeepStart - part.Rows.WindowStart) * scale;
        for (int i = 0; i < count; i++)
        {
            AxisSegment column = part.Columns[i];
            int left = (int)(column.KeepStart - whole.KeepStart), kept = (int)Math.Min(column.KeepLength, columns - left) * scale;
            int skippedColumns = (int)(column.KeepStart - column.WindowStart) * scale;
            for (int y = 0; y < keptRows; y++)
            {
                ReadOnlySpan<float> source = enhanced.Slice((i * area * scale * scale) + ((skippedRows + y) * width * scale) + skippedColumns, kept);
                range.Restore(source, output.AsSpan(((((top * scale) + y) * columns) + left) * scale, kept));
            }
        }
    }

    private static Span<float> Room(ref float[] buffer, int values)
    {
        if (buffer.Length < values)
        {
            buffer = GC.AllocateUninitializedArray<float>(values);
        }
        return buffer.AsSpan(0, values);
    }
}
