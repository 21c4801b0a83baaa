using SrBatch.Core.Randomness;

namespace SrBatch.Core.Training;

/// <summary>Where in a plane there is structure, as weights of cells; made by <see cref="StructureCounter"/>.</summary>
public sealed class StructureMap
{
    private readonly CellAxis _rows, _columns;

    /// <summary>Weights up to and with each cell, row by row. Cells have at least a hundredth of the mean, and there are few enough that float32 tells them apart.</summary>
    private readonly float[] _sums;

    internal StructureMap(CellAxis rows, CellAxis columns, float[] sums, double share)
    {
        (_rows, _columns, _sums, Share) = (rows, columns, sums, share);
    }

    /// <summary>How much more often the plane is drawn than the mean plane of its channel.</summary>
    public double Share { get; }

    /// <returns>Where a patch begins, input pixels: a cell by its weight, all places of the cell alike.</returns>
    public (long Row, long Column) Draw(ref SampleRandom random)
    {
        int cell = Cumulative.Find<float>(_sums, (float)random.NextDouble() * _sums[^1]);
        int row = cell / _columns.Cells, column = cell % _columns.Cells;
        return (_rows.Start(row) + random.NextInt(_rows.Length(row)), _columns.Start(column) + random.NextInt(_columns.Length(column)));
    }
}
