using SrBatch.Torch.Metrics;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Metrics;

public class StructuralSimilarityTests
{
    [Fact]
    public void Mean_Gradient_EqualsFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor a = rand([2, 1, 13, 12], dtype: float64, generator: generator).requires_grad_(), b = rand([2, 1, 13, 12], dtype: float64, generator: generator);
        StructuralSimilarity.Mean(a, b, range: 1).backward();
        double[] gradient = a.grad!.data<double>().ToArray(), values = a.detach().data<double>().ToArray();
        const double step = 1e-5;
        double Ssim(double[] changed) => StructuralSimilarity.Mean(tensor(changed, a.shape), b, range: 1).Value();
        for (int i = 0; i < values.Length; i += 7)
        {
            double value = values[i];
            values[i] = value + step;
            double above = Ssim(values);
            values[i] = value - step;
            double below = Ssim(values);
            values[i] = value;
            // Central differences: the third derivative times step^2, and 1e-16 / step of rounding.
            Assert.Equal((above - below) / (2 * step), gradient[i], 1e-9);
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 32)]
    [InlineData(12, 64)]
    [InlineData(1, 200)]
    public void Mean_GradientInSinglePrecision_EqualsDoubles(int batch, int side)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        Tensor a = rand([batch, 1, side, side], generator: generator), b = rand([batch, 1, side, side], generator: generator);
        Tensor single = Gradient(a, b).to(float64), fine = Gradient(a.to(float64), b.to(float64));
        Assert.Equal(0, (single - fine).norm().Value() / fine.norm().Value(), 1e-4);

        static Tensor Gradient(Tensor a, Tensor b)
        {
            Tensor variable = a.clone().requires_grad_();
            StructuralSimilarity.Mean(variable, b, range: 1).backward();
            return variable.grad!;
        }
    }

    [Fact]
    public void Mean_OfEqualImages_IsOne_AndSymmetricOtherwise()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor a = rand([1, 1, 20, 15], generator: generator), b = rand([1, 1, 20, 15], generator: generator);
        Assert.Equal(1, StructuralSimilarity.Mean(a, a, 1).Value(), 1e-6);
        Assert.Equal(StructuralSimilarity.Mean(a, b, 1).Value(), StructuralSimilarity.Mean(b, a, 1).Value(), 1e-6);
    }

    [Fact]
    public void Mean_OfABatch_IsTheMeanOfItsImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor a = rand([3, 1, 14, 14], dtype: float64, generator: generator), b = rand([3, 1, 14, 14], dtype: float64, generator: generator);
        double each = Enumerable.Range(0, 3).Average(i => StructuralSimilarity.Mean(a.narrow(0, i, 1), b.narrow(0, i, 1), 1).Value());
        Assert.Equal(each, StructuralSimilarity.Mean(a, b, 1).Value(), 1e-12);
    }

    [Fact]
    public void Mean_OfConstants_IsTheLuminanceTermAlone()
    {
        using var scope = NewDisposeScope();
        Tensor a = ones(1, 1, 12, 12, dtype: float64), b = a.Times(3);
        // (2 * 1 * 3 + C1) / (1 + 9 + C1), C1 = (0.01 * 10)^2.
        Assert.Equal((6 + 0.01) / (10 + 0.01), StructuralSimilarity.Mean(a, b, range: 10).Value(), 1e-12);
    }
}
