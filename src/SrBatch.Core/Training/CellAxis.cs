namespace SrBatch.Core.Training;

/// <summary>The positions where a patch may begin along one axis, cut into cells whose lengths differ by at most one.</summary>
/// <param name="Positions">Number of positions, at least 1.</param>
/// <param name="Cells">1 to <paramref name="Positions"/>.</param>
internal readonly record struct CellAxis(long Positions, int Cells)
{
    /// <summary>First position of a cell; <see cref="Positions"/> for the cell after the last.</summary>
    public long Start(int cell) => cell * Positions / Cells;

    public int Length(int cell) => (int)(Start(cell + 1) - Start(cell));

    /// <summary>
    /// The pixels that a cell is judged by. If the cell is half a patch long, they are those of the patch in its middle; if it is longer,
    /// they are those that its patches cover, without a quarter of a patch at each end.
    /// </summary>
    public (long From, long To) Window(int cell, int side)
    {
        long margin = Math.Min(Length(cell) / 2, side / 4);
        return (Start(cell) + margin, Start(cell + 1) - 1 + side - margin);
    }
}
