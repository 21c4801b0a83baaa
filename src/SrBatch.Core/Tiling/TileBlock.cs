namespace SrBatch.Core.Tiling;

/// <summary>A row of neighbouring windows that are read, enhanced and written together.</summary>
/// <param name="Rows">The rows, which all windows share.</param>
/// <param name="Columns">The columns of each window, from left to right; at least one.</param>
public sealed record TileBlock(AxisSegment Rows, IReadOnlyList<AxisSegment> Columns)
{
    /// <summary>First column read.</summary>
    public long WindowStart => Columns[0].WindowStart;

    /// <summary>Column after the last one read; may be outside the plane by less than a stride.</summary>
    public long WindowEnd => Columns[^1].WindowEnd;

    /// <summary>First column kept.</summary>
    public long KeepStart => Columns[0].KeepStart;

    /// <summary>Column after the last one kept; may be outside the plane by less than a stride.</summary>
    public long KeepEnd => Columns[^1].KeepEnd;

    /// <summary>Splits the block in two: half of the windows each, or a single window across its longer side.</summary>
    /// <returns>
    /// Two blocks whose windows lie within this block's. Null when a single window keeps only one stride along both axes.
    /// </returns>
    public (TileBlock First, TileBlock Second)? Halves(int halo, int stride)
    {
        if (Columns.Count > 1)
        {
            int half = Columns.Count / 2;
            return (this with { Columns = [.. Columns.Take(half)] }, this with { Columns = [.. Columns.Skip(half)] });
        }
        AxisSegment column = Columns[0];
        if (Rows.KeepLength >= column.KeepLength)
        {
            return Rows.Halves(halo, stride) is (var top, var bottom)
                ? (this with { Rows = top }, this with { Rows = bottom })
                : null;
        }
        return column.Halves(halo, stride) is (var left, var right)
            ? (this with { Columns = [left] }, this with { Columns = [right] })
            : null;
    }

    /// <summary>Copies the enhanced block to its place in the whole output plane.</summary>
    /// <param name="values">The kept part, clipped to the plane, with <paramref name="scale"/> times the rows and columns.</param>
    /// <param name="plane">The output plane: rows of <paramref name="scale"/> x <paramref name="width"/> values.</param>
    /// <param name="width">Columns of the input plane.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    public void CopyTo(ReadOnlySpan<float> values, Span<float> plane, long width, int scale)
    {
        int columns = (int)(Math.Min(KeepEnd, width) - KeepStart) * scale;
        for (int row = 0; row * columns < values.Length; row++)
        {
            long place = (((Rows.KeepStart * scale) + row) * width * scale) + (KeepStart * scale);
            values.Slice(row * columns, columns).CopyTo(plane[checked((int)place)..]);
        }
    }
}
