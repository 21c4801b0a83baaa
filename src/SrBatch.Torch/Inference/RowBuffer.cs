using System.Buffers;
using SrBatch.Core.Intensities;

namespace SrBatch.Torch.Inference;

/// <summary>The normalised input rows of one row of windows. Rows that the next row of windows shares are kept, so that each row is read once.</summary>
internal sealed class RowBuffer(long height, int width, IntensityRange range, ReadRows read) : IDisposable
{
    private float[] _rows = [];
    private long _first, _end;

    /// <summary>Makes rows <paramref name="first"/> up to <paramref name="end"/> available; those beyond the plane's last repeat it.</summary>
    public void Load(long first, long end)
    {
        long last = Math.Min(end, height);
        int needed = checked((int)(last - first) * width);
        if (_rows.Length < needed)
        {
            float[] larger = ArrayPool<float>.Shared.Rent(needed);
            _rows.AsSpan(0, checked((int)(_end - _first) * width)).CopyTo(larger);
            Return();
            _rows = larger;
        }
        long shared = first < _end ? _end - first : 0;
        int kept = checked((int)shared * width);
        if (kept > 0)
        {
            _rows.AsSpan((int)(first - _first) * width, kept).CopyTo(_rows);
        }
        Span<float> fresh = _rows.AsSpan(kept, needed - kept);
        if (fresh.Length > 0)
        {
            read(first + shared, fresh.Length / width, fresh);
            range.Normalise(fresh, fresh);
        }
        (_first, _end) = (first, last);
    }

    /// <summary>Copies a window; what lies beyond the plane's last row or column repeats it.</summary>
    public void CopyWindow(long row, int rows, long column, int columns, Span<float> destination)
    {
        int inside = (int)Math.Min(columns, width - column);
        for (int y = 0; y < rows; y++)
        {
            int sourceRow = (int)(Math.Min(row + y, height - 1) - _first);
            Span<float> line = destination.Slice(y * columns, columns);
            _rows.AsSpan((sourceRow * width) + (int)column, inside).CopyTo(line);
            line[inside..].Fill(line[inside - 1]);
        }
    }

    public void Dispose() => Return();

    private void Return()
    {
        if (_rows.Length > 0)
        {
            ArrayPool<float>.Shared.Return(_rows);
            _rows = [];
        }
    }
}
