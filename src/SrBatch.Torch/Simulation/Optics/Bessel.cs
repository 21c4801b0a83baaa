namespace SrBatch.Torch.Simulation.Optics;

/// <summary>
/// Bessel functions of the first kind for x >= 0, with absolute errors below 1e-7: Abramowitz and Stegun 1964, equations 9.4.1 and 9.4.3
/// to 9.4.6.
/// </summary>
internal static class Bessel
{
    private static ReadOnlySpan<double> J0Small => [1, -2.2499997, 1.2656208, -0.3163866, 0.0444479, -0.0039444, 0.0002100];
    private static ReadOnlySpan<double> J0Amplitude =>
        [0.79788456, -0.00000077, -0.00552740, -0.00009512, 0.00137237, -0.00072805, 0.00014476];
    private static ReadOnlySpan<double> J0Phase =>
        [-0.78539816, -0.04166397, -0.00003954, 0.00262573, -0.00054125, -0.00029333, 0.00013558];
    private static ReadOnlySpan<double> J1Small => [0.5, -0.56249985, 0.21093573, -0.03954289, 0.00443319, -0.00031761, 0.00001109];
    private static ReadOnlySpan<double> J1Amplitude =>
        [0.79788456, 0.00000156, 0.01659667, 0.00017105, -0.00249511, 0.00113653, -0.00020033];
    private static ReadOnlySpan<double> J1Phase =>
        [-2.35619449, 0.12499612, 0.00005650, -0.00637879, 0.00074348, 0.00079824, -0.00029166];

    public static double J0(double x) => x <= 3
        ? Polynomial(J0Small, x * x / 9)
        : Polynomial(J0Amplitude, 3 / x) / Math.Sqrt(x) * Math.Cos(x + Polynomial(J0Phase, 3 / x));

    public static double J1(double x) => x <= 3
        ? x * Polynomial(J1Small, x * x / 9)
        : Polynomial(J1Amplitude, 3 / x) / Math.Sqrt(x) * Math.Cos(x + Polynomial(J1Phase, 3 / x));

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        var sum = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }
}
