namespace SrBatch.Core.Intensities;

/// <summary>
/// Least-squares line y = a x + b through any number of points, added one at a time. The sums are doubles relative to the first point, so
/// that large offsets cost no precision.
/// </summary>
public sealed class LinearFit
{
    private double _x0, _y0, _sumX, _sumY, _sumXX, _sumYY, _sumXY;

    public long Count { get; private set; }

    public void Add(double x, double y)
    {
        if (Count++ == 0)
        {
            (_x0, _y0) = (x, y);
        }
        double dx = x - _x0, dy = y - _y0;
        _sumX += dx;
        _sumY += dy;
        _sumXX += dx * dx;
        _sumYY += dy * dy;
        _sumXY += dx * dy;
    }

    /// <returns>Slope a and offset b; slope 0 when all x are equal.</returns>
    public (double Slope, double Offset) Line()
    {
        if (Count == 0)
        {
            return (0, 0);
        }
        double meanX = _sumX / Count, meanY = _sumY / Count;
        double variance = (_sumXX / Count) - (meanX * meanX), covariance = (_sumXY / Count) - (meanX * meanY);
        double slope = variance > 0 ? covariance / variance : 0;
        return (slope, meanY + _y0 - (slope * (meanX + _x0)));
    }

    /// <returns>Pearson's correlation coefficient, -1 to 1; null when all x or all y are equal.</returns>
    public double? Correlation()
    {
        if (Count == 0)
        {
            return null;
        }
        double meanX = _sumX / Count, meanY = _sumY / Count;
        double varianceX = (_sumXX / Count) - (meanX * meanX), varianceY = (_sumYY / Count) - (meanY * meanY);
        double covariance = (_sumXY / Count) - (meanX * meanY);
        return varianceX > 0 && varianceY > 0 ? Math.Clamp(covariance / Math.Sqrt(varianceX) / Math.Sqrt(varianceY), -1, 1) : null;
    }
}
