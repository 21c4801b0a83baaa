using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;

namespace SrBatch.Torch.Inference;

/// <summary>
/// Reads the normalised pixels of the blocks of one plane. Rows that a block shares with the block before it in its panel are copied from
/// there.
/// </summary>
/// <param name="height">Rows of the plane, at least 1.</param>
/// <param name="width">Columns of the plane, at least 1.</param>
/// <param name="map">Normalises the intensities.</param>
/// <param name="read">Reads input pixels.</param>
public sealed class BlockReader(long height, long width, IntensityMap map, ReadBox read)
{
    private BlockPixels? _last;

    /// <summary>Reads the part of the plane that the block's windows cover.</summary>
    public BlockPixels Read(TileBlock block)
    {
        long firstRow = block.Rows.WindowStart, firstColumn = block.WindowStart;
        int rows = (int)(Math.Min(block.Rows.WindowEnd, height) - firstRow);
        int columns = checked((int)(Math.Min(block.WindowEnd, width) - firstColumn));
        float[] values = GC.AllocateUninitializedArray<float>(checked(rows * columns));
        int kept = 0;
        if (_last is { } last
            && last.Column == firstColumn && last.Columns == columns
            && last.Row <= firstRow && firstRow < last.Row + last.Rows)
        {
            kept = checked((int)(last.Row + last.Rows - firstRow)) * columns;
            last.Values.AsSpan((int)(firstRow - last.Row) * columns, kept).CopyTo(values);
        }
        Span<float> fresh = values.AsSpan(kept);
        if (fresh.Length > 0)
        {
            read(firstRow + (kept / columns), firstColumn, fresh.Length / columns, columns, fresh);
            map.Normalise(fresh);
        }
        return _last = new BlockPixels(firstRow, firstColumn, rows, columns, values);
    }
}
