using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Registration;

/// <summary>
/// A cubic B-spline through the pixels of a plane (Unser 1999, doi 10.1109/79.799930), continued as in <see cref="Mirror.Reflected"/>.
/// The same as scipy.ndimage.map_coordinates with order 3 and mode 'mirror'.
/// </summary>
internal sealed class CubicSpline
{
    private const double Pole = -0.26794919243112270; // sqrt(3) - 2

    /// <summary>Number of pixels after which the pole's powers fall below single precision.</summary>
    private const int Horizon = 16;

    private readonly float[] _coefficients;

    /// <param name="values">Height x width pixels, all finite; copied.</param>
    public CubicSpline(ReadOnlySpan<float> values, int height, int width)
    {
        (Height, Width) = (height, width);
        _coefficients = values.ToArray();
        RowLoop.Run(height, y => Filter(y * width, 1, width));
        RowLoop.Run(width, x => Filter(x, width, height));
    }

    public int Height { get; }
    public int Width { get; }

    /// <summary>Whether a position lies on a plane's pixels: at most half a pixel beyond the centre of a border pixel.</summary>
    public static bool Covers(double y, double x, int height, int width) =>
        y >= -0.5 && x >= -0.5 && y <= height - 0.5 && x <= width - 0.5;

    public bool Covers(double y, double x) => Covers(y, x, Height, Width);

    /// <param name="y">Position in pixels, 0 at the centre of the first row; at most a plane's length outside.</param>
    /// <param name="x">Position in pixels, 0 at the centre of the first column.</param>
    public float At(double y, double x)
    {
        int row = (int)Math.Floor(y), column = (int)Math.Floor(x);
        Span<float> down = stackalloc float[4], across = stackalloc float[4];
        Weights((float)(y - row), down);
        Weights((float)(x - column), across);
        float sum = 0;
        if (row >= 1 && column >= 1 && row < Height - 2 && column < Width - 2)
        {
            for (int i = 0; i < 4; i++)
            {
                ReadOnlySpan<float> line = _coefficients.AsSpan(((row - 1 + i) * Width) + column - 1, 4);
                sum += down[i] * ((across[0] * line[0]) + (across[1] * line[1]) + (across[2] * line[2]) + (across[3] * line[3]));
            }
            return sum;
        }
        for (int i = 0; i < 4; i++)
        {
            int line = Mirror.Reflected(row - 1 + i, Height) * Width;
            for (int j = 0; j < 4; j++)
            {
                sum += down[i] * across[j] * _coefficients[line + Mirror.Reflected(column - 1 + j, Width)];
            }
        }
        return sum;
    }

    /// <summary>Interpolates the plane with each pixel divided into scale x scale.</summary>
    public float[] Enlarged(int scale)
    {
        int width = Width * scale;
        float[] enlarged = new float[Height * scale * width];
        RowLoop.Run(Height * scale, y =>
        {
            for (int x = 0; x < width; x++)
            {
                enlarged[(y * width) + x] = At(((y + 0.5) / scale) - 0.5, ((x + 0.5) / scale) - 0.5);
            }
        });
        return enlarged;
    }

    private static void Weights(float t, Span<float> weights)
    {
        float u = 1 - t;
        weights[0] = u * u * u / 6;
        weights[1] = (2f / 3) - (0.5f * t * t * (2 - t));
        weights[2] = (2f / 3) - (0.5f * u * u * (2 - u));
        weights[3] = t * t * t / 6;
    }

    private void Filter(int first, int stride, int length)
    {
        if (length == 1)
        {
            return;
        }
        const double gain = (1 - Pole) * (1 - (1 / Pole));
        double causal = 0, power = 1;
        for (int i = 0; i < Horizon; i++, power *= Pole)
        {
            causal += power * _coefficients[first + (Mirror.Reflected(i, length) * stride)];
        }
        double[] line = new double[length];
        line[0] = causal * gain;
        for (int i = 1; i < length; i++)
        {
            line[i] = (_coefficients[first + (i * stride)] * gain) + (Pole * line[i - 1]);
        }
        line[^1] = Pole / ((Pole * Pole) - 1) * (line[^1] + (Pole * line[^2]));
        for (int i = length - 2; i >= 0; i--)
        {
            line[i] = Pole * (line[i + 1] - line[i]);
        }
        for (int i = 0; i < length; i++)
        {
            _coefficients[first + (i * stride)] = (float)line[i];
        }
    }
}
