namespace SrBatch.Core.Tiling;

/// <summary>A row of neighbouring windows: what is read, enhanced and written in one go.</summary>
/// <param name="Rows">What all of them share.</param>
/// <param name="Columns">One a window, from left to right; at least one.</param>
public sealed record TileBlock(AxisSegment Rows, IReadOnlyList<AxisSegment> Columns)
{
    /// <summary>First column read.</summary>
    public long WindowStart => Columns[0].WindowStart;

    /// <summary>Column behind the last one read; may lie beyond the plane by less than a stride.</summary>
    public long WindowEnd => Columns[^1].WindowEnd;

    /// <summary>First column kept.</summary>
    public long KeepStart => Columns[0].KeepStart;

    /// <summary>Column behind the last one kept; may lie beyond the plane by less than a stride.</summary>
    public long KeepEnd => Columns[^1].KeepEnd;

    /// <summary>The same kept part in two: of several windows one half each, of one window its longer side cut.</summary>
    /// <returns>Null when a window keeps no more than a stride along both axes; else two blocks whose windows lie within this one's.</returns>
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
            return Rows.Halves(halo, stride) is (var top, var bottom) ? (this with { Rows = top }, this with { Rows = bottom }) : null;
        }
        return column.Halves(halo, stride) is (var left, var right) ? (this with { Columns = [left] }, this with { Columns = [right] }) : null;
    }

    /// <summary>Puts what was enhanced of the block where it belongs in the whole plane.</summary>
    /// <param name="values">The kept part, clipped to the plane, <paramref name="scale"/> times as long and as wide.</param>
    /// <param name="plane">As many rows of scale x <paramref name="width"/> values as it has.</param>
    /// <param name="width">Columns of the input's plane.</param>
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
