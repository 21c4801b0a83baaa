using System.Runtime.InteropServices;
using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Devices;

namespace SrBatch.Torch.Inference;

/// <summary>
/// Enhances a plane window by window. When the halo is the receptive field, the result equals that of the whole plane in one piece,
/// except for rounding. Not safe for several threads: buffers for windows and results are used again.
/// </summary>
/// <param name="network">Runs on the windows.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="batch">Most windows in a call of the network.</param>
/// <param name="mostPixels">Most pixels of all windows in a call; larger windows are cut.</param>
public sealed class TiledEnhancer(RunNetwork network, int scale, int batch, long mostPixels = long.MaxValue)
{
    private float[] _windows = [], _enhanced = [];

    /// <summary>Enhances a whole plane.</summary>
    /// <param name="height">Rows of the plane, at least 1.</param>
    /// <param name="width">Columns of the plane, at least 1.</param>
    /// <param name="tiles">How the plane is cut.</param>
    /// <param name="range">Intensities that the network sees as 0 and 1; the output has the input's units.</param>
    /// <param name="read">Reads input pixels.</param>
    /// <param name="write">Receives the output block by block.</param>
    /// <param name="cancellation">Checked before each window.</param>
    /// <returns>Number of windows.</returns>
    public int Enhance(
        long height,
        long width,
        TileSizes tiles,
        IntensityRange range,
        ReadBox read,
        WriteBlock write,
        CancellationToken cancellation = default)
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

    /// <summary>Most pixels of the windows of a call. Falls when memory does not suffice.</summary>
    public long MostPixels { get; private set; } = mostPixels;

    /// <summary>Lowers <see cref="MostPixels"/>, unless it is lower already.</summary>
    /// <returns>True if it was lowered.</returns>
    public bool Limit(long pixels)
    {
        bool isLower = pixels < MostPixels;
        MostPixels = Math.Min(MostPixels, pixels);
        return isLower;
    }

    /// <summary>Enhances the windows of a block. Where memory does not suffice, windows become smaller, with the same halo.</summary>
    /// <param name="block">The block.</param>
    /// <param name="tiles">How the plane is cut.</param>
    /// <param name="pixels">The block's pixels, from <see cref="BlockReader"/>.</param>
    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <param name="range">Intensities for the network's 0 and 1.</param>
    /// <param name="cancellation">Checked before each window.</param>
    /// <returns>The block's kept part, clipped to the plane, scale times as long and as wide; row-major.</returns>
    public float[] EnhanceBlock(
        TileBlock block,
        TileSizes tiles,
        BlockPixels pixels,
        long height,
        long width,
        IntensityRange range,
        CancellationToken cancellation)
    {
        int rows = (int)(Math.Min(block.Rows.KeepEnd, height) - block.Rows.KeepStart);
        int columns = (int)(Math.Min(block.KeepEnd, width) - block.KeepStart);
        var output = new BlockOutput(
            block, rows, columns, range, GC.AllocateUninitializedArray<float>(checked(rows * scale * columns * scale)));
        for (int first = 0, count; first < block.Columns.Count; first += count)
        {
            // Windows at the plane's borders are smaller than the others.
            long length = block.Columns[first].WindowLength;
            count = block.Columns.Skip(first).Take(batch).TakeWhile(column => column.WindowLength == length).Count();
            EnhanceWindows(block with { Columns = [.. block.Columns.Skip(first).Take(count)] });
        }
        return output.Values;

        void EnhanceWindows(TileBlock part)
        {
            cancellation.ThrowIfCancellationRequested();
            long size = part.Rows.WindowLength * part.Columns.Sum(column => column.WindowLength);
            (TileBlock First, TileBlock Second)? halves = part.Halves(tiles.Halo, tiles.Stride);
            if (size <= MostPixels || halves is null)
            {
                try
                {
                    Run(part, pixels, output);
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

    /// <param name="part">Windows of one size, a part of the output's block.</param>
    /// <param name="pixels">The block's pixels.</param>
    /// <param name="output">Receives the windows' kept parts.</param>
    private void Run(TileBlock part, BlockPixels pixels, BlockOutput output)
    {
        int count = part.Columns.Count;
        int height = (int)part.Rows.WindowLength, width = (int)part.Columns[0].WindowLength, area = height * width;
        Span<float> windows = Room(ref _windows, checked(count * area));
        Span<float> enhanced = Room(ref _enhanced, checked(count * area * scale * scale));
        for (int i = 0; i < count; i++)
        {
            pixels.CopyWindow(part.Rows.WindowStart, height, part.Columns[i].WindowStart, width, windows.Slice(i * area, area));
        }
        network(windows, count, height, width, enhanced);

        int top = (int)(part.Rows.KeepStart - output.Block.Rows.KeepStart);
        int keptRows = (int)Math.Min(part.Rows.KeepLength, output.Rows - top) * scale;
        int skippedRows = (int)(part.Rows.KeepStart - part.Rows.WindowStart) * scale;
        for (int i = 0; i < count; i++)
        {
            AxisSegment column = part.Columns[i];
            int left = (int)(column.KeepStart - output.Block.KeepStart);
            int kept = (int)Math.Min(column.KeepLength, output.Columns - left) * scale;
            int skippedColumns = (int)(column.KeepStart - column.WindowStart) * scale;
            for (int y = 0; y < keptRows; y++)
            {
                int from = (i * area * scale * scale) + ((skippedRows + y) * width * scale) + skippedColumns;
                int to = ((((top * scale) + y) * output.Columns) + left) * scale;
                output.Range.Restore(enhanced.Slice(from, kept), output.Values.AsSpan(to, kept));
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

    /// <param name="Block">The block.</param>
    /// <param name="Rows">Rows of its kept part within the plane, input pixels.</param>
    /// <param name="Columns">Columns of its kept part within the plane, input pixels.</param>
    /// <param name="Range">Intensities for the network's 0 and 1.</param>
    /// <param name="Values">The output, scale times as long and as wide.</param>
    private sealed record BlockOutput(TileBlock Block, int Rows, int Columns, IntensityRange Range, float[] Values);
}
