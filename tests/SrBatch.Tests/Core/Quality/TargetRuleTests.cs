using SrBatch.Core.Quality;

namespace SrBatch.Tests.Core.Quality;

public class TargetRuleTests
{
    private static readonly QualityRow Row =
        new() { Run = "r", Image = "a", Group = "g", Split = "test", Width = 64, Verdict = Verdict.Pass, Version = "1" };

    /// <summary>PSNR 40 dB; its input has 30 dB, and 34 dB when it is blurred.</summary>
    private static readonly TargetEvidence Good = new(Range: 100, Pearson: 0.98, Error: 1, InputError: 10, BlurError: 4, BlurSigma: 1.25);

    [Fact]
    public void Judge_BetterThanABlur_Passes() => Assert.Equal(Row, TargetRule.Judge(Row, Good));

    [Fact]
    public void Judge_NoTarget_ChangesNothing() => Assert.Equal(Row, TargetRule.Judge(Row, null));

    [Fact]
    public void Judge_OutputAndInputWithoutError_Passes() =>
        Assert.Equal(Row, TargetRule.Judge(Row, Good with { Error = 0, InputError = 0, BlurError = 0 }));

    [Theory]
    [InlineData(0.6, Verdict.Pass, null)]
    [InlineData(0.4, Verdict.Warn, "hardly correlates with the target: Pearson 0.400, expected at least 0.5")]
    [InlineData(0.2, Verdict.Fail, "hardly correlates with the target: Pearson 0.200, expected at least 0.5")]
    [InlineData(-1.0, Verdict.Fail, "hardly correlates with the target: Pearson -1.000, expected at least 0.5")]
    [InlineData(null, Verdict.Fail, "hardly correlates with the target: Pearson 0.000, expected at least 0.5")]
    public void Judge_Correlation_Decides(double? pearson, Verdict verdict, string? reason) => Check(Good with { Pearson = pearson }, verdict, reason);

    [Theory]
    [InlineData(3.92, Verdict.Warn, "no better than a blur: PSNR 34.07 dB, of the input blurred by 1.3 pixels 33.98 dB")]
    [InlineData(3.95, Verdict.Warn, "no better than a blur: PSNR 34.03 dB, of the input blurred by 1.3 pixels 33.98 dB")]
    [InlineData(3.9, Verdict.Pass, null)]
    [InlineData(10, Verdict.Warn, "no better than a blur: PSNR 30.00 dB, of the input blurred by 1.3 pixels 33.98 dB")]
    [InlineData(10.1, Verdict.Warn, "worse than the upsampled input: PSNR 29.96 dB, of the input 30.00 dB")]
    [InlineData(19.9, Verdict.Warn, "worse than the upsampled input: PSNR 27.01 dB, of the input 30.00 dB")]
    [InlineData(20, Verdict.Fail, "worse than the upsampled input: PSNR 26.99 dB, of the input 30.00 dB")]
    public void Judge_Error_DecidesByInputAndBlur(double error, Verdict verdict, string? reason) => Check(Good with { Error = error }, verdict, reason);

    [Theory]
    [InlineData(10.02, Verdict.Pass, null)] // 0.009 dB: rounding
    [InlineData(10.03, Verdict.Warn, "worse than the upsampled input: PSNR 29.99 dB, of the input 30.00 dB")]
    public void Judge_WorseThanTheInput_CountsFromAHundredthOfADecibel(double error, Verdict verdict, string? reason) =>
        Check(Good with { Error = error, BlurError = null }, verdict, reason);

    [Fact]
    public void Judge_InputWithoutError_WarnsOfAnOutputThatIsAlmostTheTarget_AndFailsOthers()
    {
        const string Reason = "worse than the upsampled input: PSNR 40.00 dB, of the input infinite";
        Check(Good with { Pearson = 0.995, InputError = 0, BlurError = 0 }, Verdict.Warn, Reason);
        Check(Good with { InputError = 0, BlurError = 0 }, Verdict.Fail, Reason);
    }

    [Theory]
    [InlineData(0.79, Verdict.Pass, null)]
    [InlineData(0.77, Verdict.Warn, "worse than the upsampled input: SSIM 0.770, of the input 0.800")]
    [InlineData(0.59, Verdict.Fail, "worse than the upsampled input: SSIM 0.590, of the input 0.800")]
    public void Judge_Similarity_DecidesByTheInputs(double ssim, Verdict verdict, string? reason)
    {
        QualityRow judged = TargetRule.Judge(Row with { Ssim = ssim, SsimInput = 0.8 }, Good);
        Assert.Equal((verdict, reason), (judged.Verdict, judged.Reasons));
    }

    [Fact]
    public void Judge_EarlierReasons_StayAndTheVerdictIsNeverBetter()
    {
        QualityRow judged = TargetRule.Judge(Row with { Verdict = Verdict.Fail, Reasons = "unlike" }, Good with { Error = 12 });
        Assert.Equal((Verdict.Fail, "unlike; worse than the upsampled input: PSNR 29.21 dB, of the input 30.00 dB"), (judged.Verdict, judged.Reasons));
    }

    private static void Check(TargetEvidence evidence, Verdict verdict, string? reason)
    {
        QualityRow judged = TargetRule.Judge(Row, evidence);
        Assert.Equal((verdict, reason), (judged.Verdict, judged.Reasons));
    }
}
