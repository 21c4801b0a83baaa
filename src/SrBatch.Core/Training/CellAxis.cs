namespace SrBatch.Core.Training;

/// <summary>The places that a patch may begin at along one axis, cut into cells of equal length, give or take one.</summary>
/// <param name="Positions">Places, at least 1.</param>
/// <param name="Cells">1 to <paramref name="Positions"/>.</param>
internal readonly record struct CellAxis(long Positions, int Cells)
{
    /// <summary>First place of a cell; of the one after the last: <see cref="Positions"/>.</summary>
    public long Start(int cell) => cell * Positions / Cells;

    public int Length(int cell) => (int)(Start(cell + 1) - Start(cell));

    /// <summary>
    /// The pixels by which a cell is judged: those of the patch in its middle when the cell is half a patch long, those that its patches cover but for
    /// a quarter at each end when it is longer.
    /// </summary>
    public (long From, long To) Window(int cell, int side)
    {
        long margin = Math.Min(Length(cell) / 2, side / 4);
        return (Start(cell) + margin, Start(cell + 1) - 1 + side - margin);
    }
}
