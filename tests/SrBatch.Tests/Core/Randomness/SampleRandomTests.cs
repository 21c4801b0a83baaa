using SrBatch.Core.Randomness;

namespace SrBatch.Tests.Core.Randomness;

public class SampleRandomTests
{
    private const int Draws = 200_000;

    [Fact]
    public void SampleRandom_SameSeedAndStream_GivesSameSequence()
    {
        var first = new SampleRandom(7, 3);
        var second = new SampleRandom(7, 3);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(first.NextUInt64(), second.NextUInt64());
        }
    }

    // Computed by a separate Python transcription of xoshiro256** and SplitMix64. They freeze the generator: what a resumed training run
    // draws depends on it.
    [Fact]
    public void SampleRandom_SeedOneStreamTwo_StartsWithTheFrozenNumbers()
    {
        var random = new SampleRandom(1, 2);
        Assert.Equal(
            (1616373938809070510UL, 9013835436248551033UL, 9661616553285443021UL),
            (random.NextUInt64(), random.NextUInt64(), random.NextUInt64()));
    }

    [Fact]
    public void SampleRandom_SmallSeedsAndStreams_NeverShareAStart()
    {
        var starts = new HashSet<ulong>();
        for (var seed = 0UL; seed < 64; seed++)
        {
            for (var stream = 0UL; stream < 64; stream++)
            {
                Assert.True(starts.Add(new SampleRandom(seed, stream).NextUInt64()), $"seed {seed}, stream {stream}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(10)]
    public void NextInt_SmallRanges_GiveEveryValueEquallyOften(int range)
    {
        var random = new SampleRandom(11, (ulong)range);
        var counts = new int[range];
        for (var i = 0; i < Draws; i++)
        {
            counts[random.NextInt(range)]++;
        }
        var expected = (double)Draws / range;
        // Five standard deviations of a binomial count.
        Assert.All(counts, count => Assert.InRange(count, expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected)));
    }

    // 3/4 of the word: plain modulo or multiplication would make the lower part up to twice as likely.
    [Fact]
    public void NextInt_LargestRange_HasTheMeanOfAUniform()
    {
        var random = new SampleRandom(5, 5);
        var sum = 0.0;
        for (var i = 0; i < Draws; i++)
        {
            sum += random.NextInt(int.MaxValue) / (double)int.MaxValue;
        }
        Assert.InRange(sum / Draws, 0.5 - 5 * Math.Sqrt(1 / 12.0 / Draws), 0.5 + 5 * Math.Sqrt(1 / 12.0 / Draws));
    }

    [Fact]
    public void NextInt_RangeBelowOne_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleRandom(0, 0).NextInt(0));

    [Fact]
    public void NextDouble_ManyDraws_AreUniformBelowOne()
    {
        var random = new SampleRandom(3, 1);
        var (mean, variance) = MeanAndVariance(() =>
        {
            var value = random.NextDouble();
            Assert.InRange(value, 0, Math.BitDecrement(1.0));
            return value;
        });
        Assert.Equal(0.5, mean, 0.004);
        Assert.Equal(1 / 12.0, variance, 0.001);
    }

    [Fact]
    public void NextGaussian_ManyDraws_HaveMeanZeroVarianceOneKurtosisThree()
    {
        var random = new SampleRandom(3, 2);
        var (mean, variance) = MeanAndVariance(() => random.NextGaussian());
        // Five standard errors: 1/sqrt(n), sqrt(2/n), sqrt(96/n).
        Assert.Equal(0, mean, 5 / Math.Sqrt(Draws));
        Assert.Equal(1, variance, 5 * Math.Sqrt(2.0 / Draws));
        var (fourth, _) = MeanAndVariance(() => Math.Pow(random.NextGaussian(), 4));
        Assert.Equal(3, fourth, 5 * Math.Sqrt(96.0 / Draws));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(1)]
    [InlineData(9.9)]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(3000)]
    [InlineData(1e8)]
    public void NextPoisson_ManyDraws_HaveTheMeanAsMeanAndVariance(double expected)
    {
        var random = new SampleRandom(17, 4);
        var (mean, variance) = MeanAndVariance(() => random.NextPoisson(expected));
        // Five standard errors; the variance of a Poisson sample variance is (mean + 2 mean^2) / n.
        Assert.Equal(expected, mean, 5 * Math.Sqrt(expected / Draws));
        Assert.Equal(expected, variance, 5 * Math.Sqrt((expected + 2 * expected * expected) / Draws));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    public void NextPoisson_SmallCounts_FollowTheProbabilities(double mean)
    {
        var random = new SampleRandom(19, 4);
        var counts = new int[64];
        for (var i = 0; i < Draws; i++)
        {
            counts[random.NextPoisson(mean)]++;
        }
        var probability = Math.Exp(-mean);
        for (var k = 0; k < 30; k++)
        {
            var expected = Draws * probability;
            Assert.InRange(counts[k], expected - 5 * Math.Sqrt(expected) - 1, expected + 5 * Math.Sqrt(expected) + 1);
            probability *= mean / (k + 1);
        }
    }

    [Fact]
    public void NextPoisson_MeanZero_IsZero() => Assert.Equal(0, new SampleRandom(0, 0).NextPoisson(0));

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(2e12)]
    public void NextPoisson_ImpossibleMean_IsRefused(double mean) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleRandom(0, 0).NextPoisson(mean));

    private static (double Mean, double Variance) MeanAndVariance(Func<double> draw)
    {
        // Shifted by the first value, so that means of 1e8 keep their variance.
        var shift = draw();
        double sum = 0, squares = 0;
        for (var i = 0; i < Draws; i++)
        {
            var value = draw() - shift;
            sum += value;
            squares += value * value;
        }
        var mean = sum / Draws;
        return (shift + mean, squares / Draws - mean * mean);
    }
}
