using SrBatch.Core.Quality;
using SrBatch.Pipelines.Evaluation;

namespace SrBatch.Tests.Pipelines.Evaluation;

public class BaselineTableTests
{
    [Fact]
    public void Write_TwoGroupsAndSplits_MarksTheBestAndComparesTheSamePlanes()
    {
        BaselineRow[] rows =
        [
            Row("a", "actin", "test", "bicubic", null, 20, 0.5), Row("a", "actin", "test", "gaussian", "sigma=2", 30, 0.75),
            Row("b", "long name of a group", "test", "bicubic", null, 24, 0.25), Row("b", "long name of a group", "test", "gaussian", "sigma=1.4", 25, 0.5),
            Row("v", "actin", "validation", "bicubic", null, 21, 0.5), Row("v", "actin", "validation", "gaussian", "sigma=2", null, null),
        ];
        QualityRow[] quality = [Quality("a", "test", 33.333), Quality("v", "validation", 31), Quality("another", "test", 99), Quality("b", "test", null)];
        using var output = new StringWriter { NewLine = "\n" };
        BaselineTable.Write(output, rows, quality);
        Assert.Equal(
            """
            test: 2 images, 2 planes
              PSNR dB, SSIM                  all         actin  long name of a group
              bicubic               22.00 0.3750  20.00 0.5000          24.00 0.2500
            * gaussian              27.50 0.6250  30.00 0.7500          25.00 0.5000
              network (1 of 2)      33.33 0.9000  33.33 0.9000                      
            validation: 1 images, 1 planes; the parameters were chosen on this split
              PSNR dB, SSIM                  all         actin
            * bicubic               21.00 0.5000  21.00 0.5000
              gaussian                                        
              network               31.00 0.9000  31.00 0.9000
            * best of the classical methods by PSNR
            parameters for actin: gaussian sigma=2
            parameters for long name of a group: gaussian sigma=1.4

            """.ReplaceLineEndings("\n"),
            output.ToString());
    }

    private static BaselineRow Row(string image, string group, string split, string method, string? parameters, double? psnrDb, double? ssim) =>
        new() { Image = image, Group = group, Split = split, Method = method, Parameters = parameters, PsnrDb = psnrDb, Ssim = ssim };

    private static QualityRow Quality(string image, string split, double? psnrDb) =>
        new() { Run = "r", Image = image, Group = "actin", Split = split, PsnrDb = psnrDb, Ssim = 0.9, Verdict = Verdict.Pass, Version = "0" };
}
