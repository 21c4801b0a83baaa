using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Reporting.Page;
using static SrBatch.Tests.Pipelines.Reporting.Page.PageRows;

namespace SrBatch.Tests.Pipelines.Reporting.Page;

public class RunSummaryTests
{
    [Fact]
    public void Of_GroupsFailuresWarningsAndLosses_SaysEachOnce()
    {
        QualityRow[] rows =
        [
            Scored("a", 23), Scored("b", 22, ssim: 0.5), Scored("c", 19.5, "spots", ssim: 0.25), Scored("v", 40, split: "validation"),
            Plane("d") with { Verdict = Verdict.Warn, Reasons = "saturated" }, Failed("e", "no such file"),
            Plane("e2") with { Verdict = Verdict.Fail, Reasons = "unlike the training images" },
        ];
        Assert.Equal(
            [
                "7 images: 4 pass, 1 warn, 2 fail. 6 planes enhanced, 4 with a target.",
                "Over 3 planes of the test split, PSNR is 21.50 dB on average, "
                    + "1.50 dB above the upsampled input, and SSIM is 0.500, 0.000 above it.",
                "1 image failed: see why.",
                "1 image should not be trusted: it was enhanced, "
                    + "but the input is unlike what the model was trained on, or the output contradicts it.",
                "1 image with a warning: saturated.",
                "1 plane is further from the target than the upsampled input.",
                "The image with the least gain is c: −0.50 dB.",
                "Of 2 groups, spots gains least: −0.50 dB over 1 plane.",
            ],
            Text(rows));
    }

    [Fact]
    public void Of_ValidationAlone_IsJudgedByIt() => Assert.Equal(
        [
            "1 image: 1 pass, 0 warn, 0 fail. 1 plane enhanced, all with a target.",
            "Over 1 plane with a target, PSNR is 18.00 dB on average, "
                + "2.00 dB below the upsampled input, and SSIM is 0.750, 0.250 above it.",
            "1 plane is further from the target than the upsampled input.",
            "The image with the least gain is a: −2.00 dB.",
        ],
        Text([Scored("a", 18, split: "validation")]));

    [Fact]
    public void Of_PlanesOfOneImage_CountAsOneImageWithTheWorstVerdict() => Assert.Equal(
        "1 image: 0 pass, 1 warn, 0 fail. 2 planes enhanced, none with a target.",
        Text([Plane("a") with { Z = 0 }, Plane("a") with { Z = 1, Verdict = Verdict.Warn }])[0]);

    [Fact]
    public void Of_SeveralWarnings_NamesTheMostCommon() => Assert.Equal(
        "3 images with a warning, most often: blurred.",
        Text(
        [
            .. ((string[])["saturated", "blurred", "blurred"])
                .Select((reason, i) => Plane($"{i}") with { Verdict = Verdict.Warn, Reasons = reason }),
        ])[1]);

    [Fact]
    public void Of_UnfinishedRun_SaysSo() => Assert.Equal(
        [
            "1 image: 1 pass, 0 warn, 0 fail. 1 plane enhanced, none with a target. 2 images are not done yet.",
            "2 images not done yet: this page shows an unfinished run.",
        ],
        Text([Plane("a")], Left("b"), Left("c")));

    [Fact]
    public void Of_Nothing_SaysSo()
    {
        Assert.Equal(["There was no image to enhance."], Text([]));
        Assert.Equal("None of 1 image is done yet.", Text([], Left("a"))[0]);
    }

    private static string[] Text(QualityRow[] rows, params PlannedImage[] left)
    {
        RunSummary summary = RunSummary.Of(rows, left);
        return [.. summary.Sentences.Concat(summary.LookFirst).Select(sentence => sentence.Text)];
    }
}
