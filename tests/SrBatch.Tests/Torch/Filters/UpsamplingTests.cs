using SrBatch.Torch.Filters;

namespace SrBatch.Tests.Torch.Filters;

public class UpsamplingTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Bicubic_OfARamp_BinnedAgain_IsTheRamp(int scale)
    {
        // Fine pixels lie symmetrically about the centre of their coarse pixel, so that even a cubic that is not exact on lines gives its
        // mean.
        float[] ramp = [.. Enumerable.Range(0, 128).Select(i => (float)(i % 16))];
        float[] fine = Upsampling.Bicubic(ramp, 8, 16, scale);
        int row = 4 * scale * 16 * scale;
        // The two columns at each end have too few neighbours.
        for (int column = 2; column < 14; column++)
        {
            double mean = Enumerable.Range(0, scale).Average(i => (double)fine[row + (column * scale) + i]);
            Assert.Equal(column, mean, 1e-5);
        }
    }
}
