using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;

namespace SrBatch.Torch.Inference;

/// <summary>
/// Enhances a plane window by window. With the receptive field as halo the result is that of the whole plane in one piece, to rounding. One caller at a time:
/// windows and results lie in buffers that are used again.
/// </summary>
/// <param name="network">What to run on the windows.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="batch">Most windows a call of the network.</param>
public sealed class TiledEnhancer(RunNetwork network, int scale, int batch)
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
            write(block, EnhanceBlock(block, reader.Read(block), height, width, range, cancellation));
            windows += block.Columns.Count;
        }
        return windows;
    }

    /// <summary>Enhances the windows of a block.</summary>
    /// <param name="block">Which.</param>
    /// <param name="pixels">As <see cref="BlockReader"/> gives them.</param>
    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <param name="range">What 0 and 1 become.</param>
    /// <param name="cancellation">Looked at before each window.</param>
    /// <returns>The block's kept part, clipped to the plane, scale times as long and as wide; row-major.</returns>
    public float[] EnhanceBlock(TileBlock block, BlockPixels pixels, long height, long width, IntensityRange range, CancellationToken cancellation)
    {
        int rows = (int)(Math.Min(block.Rows.KeepEnd, height) - block.Rows.KeepStart), columns = (int)(Math.Min(block.KeepEnd, width) - block.KeepStart);
        float[] output = GC.AllocateUninitializedArray<float>(checked(rows * scale * columns * scale));
        for (int first = 0, count; first < block.Columns.Count; first += count)
        {
            cancellation.ThrowIfCancellationRequested();
            // Those at the plane's borders are smaller than the others.
            long length = block.Columns[first].WindowLength;
            count = block.Columns.Skip(first).Take(batch).TakeWhile(column => column.WindowLength == length).Count();
            EnhanceWindows(block, first, count, pixels, output, columns, range, Math.Min(block.KeepEnd, width));
        }
        return output;
    }

    private void EnhanceWindows(TileBlock block, int first, int count, BlockPixels pixels, float[] output, int columns, IntensityRange range, long keepEnd)
    {
        int height = (int)block.Rows.WindowLength, width = (int)block.Columns[first].WindowLength, area = height * width, outputWidth = width * scale;
        Span<float> windows = Room(ref _windows, checked(count * area)), enhanced = Room(ref _enhanced, checked(count * area * scale * scale));
        for (int i = 0; i < count; i++)
        {
            pixels.CopyWindow(block.Rows.WindowStart, height, block.Columns[first + i].WindowStart, width, windows.Slice(i * area, area));
        }
        network(windows, count, height, width, enhanced);

        int rows = output.Length / (columns * scale), skippedRows = (int)(block.Rows.KeepStart - block.Rows.WindowStart) * scale;
        for (int i = 0; i < count; i++)
        {
            AxisSegment column = block.Columns[first + i];
            int skippedColumns = (int)(column.KeepStart - column.WindowStart) * scale, kept = (int)(Math.Min(column.KeepEnd, keepEnd) - column.KeepStart) * scale;
            int place = (int)(column.KeepStart - block.KeepStart) * scale;
            for (int y = 0; y < rows; y++)
            {
                ReadOnlySpan<float> source = enhanced.Slice((i * area * scale * scale) + ((skippedRows + y) * outputWidth) + skippedColumns, kept);
                range.Restore(source, output.AsSpan((y * columns * scale) + place, kept));
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
