namespace SrBatch.Core.Training;

/// <summary>
/// Measures from a plane of the target, row by row, how much structure patches see: the square root of the covariance of horizontal
/// neighbours within each cell's window. Resolved structure spans several pixels, so that neighbours vary together; noise and single hot
/// pixels do not. Values that are not finite do not count.
/// </summary>
public sealed class StructureCounter
{
    /// <summary>Weight of a cell without structure, as a share of the mean density: every place must be drawn now and then.</summary>
    private const double Floor = 0.01;

    private readonly CellAxis _rows, _columns;
    private readonly int _side, _scale;
    private readonly Cell[] _cells;

    // Running sums over the current row, up to each pixel, of pairs of neighbours: their number, left values, right values, products.
    private readonly int[] _pairs;
    private readonly double[] _left, _right, _product;
    private double _origin = double.NaN;
    private long _row;
    private int _firstCellRow;

    /// <param name="height">Of the input plane, pixels; at least <paramref name="side"/>.</param>
    /// <param name="width">Of the input plane, pixels; at least <paramref name="side"/>.</param>
    /// <param name="side">Side of an input patch, pixels.</param>
    /// <param name="scale">Target pixels per input pixel.</param>
    /// <param name="mostCells">Limits the memory: cells are half a patch long, or longer if there would be more than this.</param>
    public StructureCounter(long height, long width, int side, int scale, int mostCells)
    {
        (_side, _scale) = (side, scale);
        long rows = height - side + 1, columns = width - side + 1, step = Math.Max(1, side / 2);
        double down = Math.Ceiling((double)rows / step), across = Math.Ceiling((double)columns / step);
        double shrink = Math.Min(1, Math.Sqrt(mostCells / (down * across)));
        int cellRows = (int)Math.Clamp(down * shrink, 1, mostCells);
        _rows = new CellAxis(rows, cellRows);
        _columns = new CellAxis(columns, (int)Math.Clamp(across * shrink, 1, mostCells / cellRows));
        _cells = new Cell[_rows.Cells * _columns.Cells];
        long length = width * scale;
        (_pairs, _left, _right, _product) = (new int[length], new double[length], new double[length], new double[length]);
    }

    /// <summary>Adds the next row of the target; the first is the top row.</summary>
    /// <param name="row">The input's width times the scale values.</param>
    public void Add(ReadOnlySpan<float> row)
    {
        SumUp(row);
        long y = _row++ / _scale;
        while (_firstCellRow < _rows.Cells && _rows.Window(_firstCellRow, _side).To <= y)
        {
            _firstCellRow++;
        }
        for (int r = _firstCellRow; r < _rows.Cells && _rows.Window(r, _side).From <= y; r++)
        {
            for (int c = 0; c < _columns.Cells; c++)
            {
                (long from, long to) = _columns.Window(c, _side);
                // A pair that begins with the last pixel would end outside.
                (from, to) = (from * _scale, (to * _scale) - 1);
                ref Cell cell = ref _cells[(r * _columns.Cells) + c];
                cell.Pairs += _pairs[to] - _pairs[from];
                cell.Left += _left[to] - _left[from];
                cell.Right += _right[to] - _right[from];
                cell.Product += _product[to] - _product[from];
            }
        }
    }

    /// <summary>
    /// The maps of all planes of one channel of an image, weighted against each other: a plane full of structure is drawn more often than
    /// an empty one.
    /// </summary>
    /// <param name="planes">All of the same size, each with all its rows.</param>
    public static IReadOnlyList<StructureMap> Maps(IReadOnlyList<StructureCounter> planes)
    {
        double mean = planes.Average(plane =>
            plane._cells.Select((cell, i) => cell.Density * plane.Places(i)).Sum() / plane._rows.Positions / plane._columns.Positions);
        return [.. planes.Select(plane => plane.Map(mean))];
    }

    private StructureMap Map(double mean)
    {
        // In a channel without any structure all places are equal.
        double floor = mean > 0 ? Floor * mean : 1, sum = 0;
        float[] sums = new float[_cells.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            sum += (_cells[i].Density + floor) / (mean + floor) * Places(i);
            sums[i] = (float)sum;
        }
        return new StructureMap(_rows, _columns, sums, sum / _rows.Positions / _columns.Positions);
    }

    private double Places(int cell) => (double)_rows.Length(cell / _columns.Cells) * _columns.Length(cell % _columns.Cells);

    private void SumUp(ReadOnlySpan<float> row)
    {
        int pairs = 0;
        double left = 0, right = 0, product = 0, before = double.NaN;
        for (int x = 0; x < row.Length; x++)
        {
            if (float.IsFinite(row[x]))
            {
                // Sums relative to a value of the plane, so that a large offset costs no digits.
                _origin = double.IsNaN(_origin) ? row[x] : _origin;
                double value = row[x] - _origin;
                if (!double.IsNaN(before))
                {
                    pairs++;
                    left += before;
                    right += value;
                    product += before * value;
                }
                before = value;
            }
            else
            {
                before = double.NaN;
            }
            (_pairs[x], _left[x], _right[x], _product[x]) = (pairs, left, right, product);
        }
    }

    private struct Cell
    {
        public long Pairs;
        public double Left, Right, Product;

        public readonly double Density => Pairs == 0 ? 0 : Math.Sqrt(Math.Max(0, (Product / Pairs) - (Left / Pairs * (Right / Pairs))));
    }
}
