using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Reporting.Page;
using SrBatch.Pipelines.RunFolders;
using static SrBatch.Tests.Pipelines.Reporting.Page.PageRows;

namespace SrBatch.Tests.Pipelines.Reporting.Page;

/// <summary>What the page shows, before it is a page.</summary>
public class PagePartsTests
{
    [Fact]
    public void Distribution_Gain_HasQuartilesOfNumpyAndZeroOnItsAxis()
    {
        ScoreKind gain = ScoreKind.All.Single(kind => kind.Key == "gainPsnr");
        Distribution found = Distribution.Of(
            gain,
            [Scored("a", 21), Scored("b", 22), Scored("c", 24), Scored("d", 28), Scored("v", 25, split: "validation"), Plane("e")]);
        Assert.Equal((0, 8), (found.Low, found.High));
        Assert.Equal(
            ["test 4 3.75 1.75 3 5", "validation 1 5 5 5 5"],
            found.Rows.Select(row => FormattableString.Invariant(
                $"{row.Split} {row.Planes} {row.Mean} {row.LowerQuartile} {row.Median} {row.UpperQuartile}")));
        Assert.Equal(
            [(5, 1), (10, 1), (20, 1), (39, 1)],
            found.Rows[0].Counts.Index().Where(bin => bin.Item > 0).Select(bin => (bin.Index, bin.Item)));
    }

    [Fact]
    public void Distribution_OneValue_HasAnAxisAroundIt()
    {
        Distribution found = Distribution.Of(ScoreKind.All.Single(kind => kind.Key == "ssim"), [Scored("a", 21)]);
        Assert.True(found.Low < 0.75 && found.High > 0.75);
        Assert.Equal(1, found.Rows[0].Counts.Sum());
    }

    [Fact]
    public void Present_Kinds_AreThoseWithANumber() => Assert.Equal(
        ["psnr", "gainPsnr", "ssim", "gainSsim", "rsp"], ScoreKind.Present([Scored("a", 21), Plane("b") with { Rsp = 0.5 }])
            .Select(kind => kind.Key));

    [Fact]
    public void WorstPlanes_OneOfEachImage_WarningsThenLeastGain_WithoutTargetLast() => Assert.Equal(
        ["w 0", "c 0", "a 1", "b 0", "y 0", "x 0"],
        WorstPlanes.Choose(
        [
            Scored("a", 24, z: 0), Scored("a", 22, z: 1), Scored("b", 23, z: 0), Scored("c", 19, z: 0),
            Scored("w", 40, z: 0) with { Verdict = Verdict.Warn },
            Plane("x") with { Z = 0, Rsp = 0.9 }, Plane("y") with { Z = 0, Rsp = 0.5 }, Failed("f", "gone"),
        ]).Select(row => $"{row.Image} {row.Z}"));

    [Fact]
    public void WorstPlanes_ManyOfBoth_LeaveRoomForThoseWithoutTarget()
    {
        IEnumerable<int> numbers = Enumerable.Range(0, 40);
        IReadOnlyList<QualityRow> chosen =
            WorstPlanes.Choose([.. numbers.Select(i => Scored($"s{i}", 20 + i)), .. numbers.Select(i => Plane($"n{i}"))]);
        Assert.Equal((10, 6), (chosen.Count(row => row.PsnrDb is not null), chosen.Count(row => row.PsnrDb is null)));
        Assert.Equal(WorstPlanes.Most, WorstPlanes.Choose([.. Enumerable.Range(0, 40).Select(i => Scored($"s{i}", 20 + i))]).Count);
    }

    [Theory]
    [InlineData("runs/night-1", "runs/night-1")]
    [InlineData("", "''")]
    [InlineData("my run", "'my run'")]
    [InlineData("a'b; rm -rf $HOME `x`", "'a'\\''b; rm -rf $HOME `x`'")]
    [InlineData("~/run", "'~/run'")]
    public void ShellWord_Quoted_IsOneWord(string text, string expected)
    {
        Assert.Equal(expected, ShellWord.Quote(text));
        Assert.Equal($"<{text}>", SrBatch.Tests.Storage.ChildProcess.Run("/bin/sh", "-c", $"printf '<%s>' {ShellWord.Quote(text)}"));
    }

    [Theory]
    [InlineData("part-0of16-20261127T131901312-gpu-node-7-4711.parquet", "0of16", "gpu-node-7")]
    [InlineData("part-evaluate-20261127T131901312-vm-1.parquet", "evaluate", "vm")]
    [InlineData("part-x.parquet", null, null)]
    public void QualityPart_Name_TellsShardAndNode(string name, string? shard, string? node) =>
        Assert.Equal((shard, node), QualityPart.NameOf("/runs/quality/" + name));

    [Fact]
    public void WorkDone_TrainingInTwoAttempts_AddsUp()
    {
        WorkDone work = WorkDone.Training("actin", [(10, 5), (20, 9), (30, 4), (40, 8)]);
        Assert.Equal(("Training, actin", 2, 17.0, 0.425), (work.Stage, work.Tasks, work.Seconds, work.MedianSeconds));
    }

    [Fact]
    public void TrainingCurve_Long_IsThinnedButForValidations()
    {
        TrainingRow[] rows = [.. Enumerable.Range(1, 5000).Select(step => new TrainingRow
        {
            Step = step,
            GeneratorLoss = step == 1 ? double.NaN : 1.0 / 3,
            LearningRate = 1,
            Seconds = step,
            ImagesPerSecond = 1,
            ValidationPsnrDb = step % 1000 == 7 ? 20.123456 : null,
        })];
        TrainingCurve curve = TrainingCurve.Of(null, rows);
        Assert.InRange(curve.Step.Count, 385, 406);
        Assert.Equal((1, 5000, null, 0.33333), (curve.Step[0], curve.Step[^1], curve.Generator[0], curve.Generator[1]));
        Assert.Equal(
            [7, 1007, 2007, 3007, 4007],
            curve.Step.Zip(curve.ValidationPsnrDb).Where(point => point.Second == 20.123).Select(point => point.First));
    }
}
