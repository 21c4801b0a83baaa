using SrBatch.Core.Randomness;

namespace SrBatch.Core.Training;

/// <summary>Where in a plane there is structure, as weights of cells; made by <see cref="StructureCounter"/>.</summary>
public sealed class StructureMap
{
    private readonly CellAxis _rows, _columns;

    /// <summary>
    /// Running sums of the cells' weights, row by row. Cells have at least a hundredth of the mean weight, and are few enough that float32
    /// tells them apart.
    /// </summary>
    private readonly float[] _sums;

    internal StructureMap(CellAxis rows, CellAxis columns, float[] sums, double share)
    {
        (_rows, _columns, _sums, Share) = (rows, columns, sums, share);
    }

    /// <summary>How often the plane is drawn, relative to the mean plane of its channel.</summary>
    public double Share { get; }

    /// <returns>Where a patch begins, input pixels: in a cell drawn by weight, at any position of it with equal probability.</returns>
    public (long Row, long Column) Draw(ref SampleRandom random)
    {
        int cell = Cumulative.Find<float>(_sums, (float)random.NextDouble() * _sums[^1]);
        int row = cell / _columns.Cells, column = cell % _columns.Cells;
        return (_rows.Start(row) + random.NextInt(_rows.Length(row)), _columns.Start(column) + random.NextInt(_columns.Length(column)));
    }
}
