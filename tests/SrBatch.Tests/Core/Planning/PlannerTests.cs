using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;

namespace SrBatch.Tests.Core.Planning;

public class PlannerTests
{
    [Fact]
    public void Build_TwoDimensions_NeedNoAxes()
    {
        PlannedImage image = PlanOf(Header([48, 64]), new DatasetReference());
        Assert.Null(image.Problem);
        Assert.Equal("yx", image.Input!.Axes);
        Assert.Equal((48, 64, 1, 48L * 64), (image.Input.Height, image.Input.Width, image.Input.PlaneCount, image.Cost));
        Assert.Equal([new PlaneIndex(0, 0, 0)], image.Input.Planes());
    }

    [Fact]
    public void Build_AxesOfTheFile_AreTaken_UnlessTheManifestHasOthers()
    {
        DatasetHeader header = Header([2, 3, 8, 9]) with { Axes = "tzyx" };
        Assert.Equal("tzyx", PlanOf(header, new DatasetReference()).Input!.Axes);
        PlannedDataset other = PlanOf(header, new DatasetReference { Axes = "zcyx" }).Input!;
        Assert.Equal(("zcyx", 2L, 3L, 1L), (other.Axes, other.CountOf('z'), other.CountOf('c'), other.CountOf('t')));
    }

    [Fact]
    public void Build_Pattern_ItsAxesMustComeFirst()
    {
        DatasetHeader header = Header([2, 3, 8, 9]) with { Dataset = "/t{t}/c{c}" };
        Assert.Equal("tcyx", PlanOf(header, new DatasetReference { Axes = "tcyx" }).Input!.Axes);
        const string where = "/d/a.h5: dataset '/t{t}/c{c}' is 4-D uint16 [2, 3, 8, 9]";
        Assert.Equal(
            $"{where}; images[0].input.axes is 'yxtc'. It must begin with 'tc', the axes that the pattern numbers.",
            PlanOf(header, new DatasetReference { Axes = "yxtc" }).Problem);
        Assert.Equal(
            $"{where} and does not name its axes. Set images[0].input.axes, e.g. \"tcyx\".",
            PlanOf(header, new DatasetReference()).Problem);
    }

    [Fact]
    public void Build_Selection_LeavesThePlanesItNames()
    {
        var reference = new DatasetReference
        {
            Axes = "tyxz",
            Select = new Dictionary<char, AxisRange>
            {
                ['t'] = new(1, 3),
                ['z'] = AxisRange.At(4),
                ['y'] = new(8, null),
                ['x'] = new(null, 5),
            },
        };
        PlannedImage image = PlanOf(Header([4, 10, 12, 5]), reference, scale: 2);
        PlannedDataset input = image.Input!;
        Assert.Equal([1, 8, 0, 4], input.Start);
        Assert.Equal([2, 2, 5, 1], input.Count);
        Assert.Equal([new PlaneIndex(1, 0, 4), new PlaneIndex(2, 0, 4)], input.Planes());
        Assert.Equal(new PlaneIndex(1, 0, 0), input.WithinSelection(new PlaneIndex(2, 0, 4)));
        Assert.Equal([2, 4, 10, 1], input.OutputShape(2));
        Assert.Equal(2L * 2 * 5 * 4, image.Cost);
    }

    [Fact]
    public void Build_ImagesAreSortedById_AndOnesWithProblemsStay()
    {
        Plan plan = Planner.Build(new Manifest { Name = "m" }, "hash",
        [
            new ResolvedImage(Entry("b"), Header([8, 8]), null, null),
            new ResolvedImage(Entry("B"), null, null, "gone"),
            new ResolvedImage(Entry("a"), Header([8, 8]), null, null),
        ], 2);
        Assert.Equal([("B", "gone"), ("a", null), ("b", null)], plan.Images.Select(image => (image.Id, image.Problem)));
        Assert.Equal(("m", "hash", 2, Plan.CurrentFormat), (plan.Name, plan.ManifestSha256, plan.Shards, plan.Format));
    }

    [Fact]
    public void Build_TrainingImages_AreShardedAmongThemselves()
    {
        Plan plan = Planner.Build(new Manifest(), "", [.. Enumerable.Range(0, 8).Select(i => new ResolvedImage(
            Entry($"i{i}") with { Split = i < 4 ? Split.Train : Split.Infer }, Header([8, 8]), null, null))], 4);
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], plan.Images.Select(image => image.Shard));
    }

    [Fact]
    public void Build_IndexBeyondTheTables_IsThatImagesProblem() => Assert.Equal(
        "/d/a.h5: dataset '/low' (T,Y,X = 1099511627776,8,9 uint16) goes beyond index 2147483647 along t. Set "
            + "images[0].input.select to a part of it.",
        PlanOf(
            Header([1L << 40, 8, 9]),
            new DatasetReference { Axes = "tyx", Select = new Dictionary<char, AxisRange> { ['t'] = AxisRange.At(1L << 39) } }).Problem);

    [Theory]
    [InlineData(
        new long[] { 7, 8, 9 },
        null,
        "/d/a.h5: dataset '/low' is 3-D uint16 [7, 8, 9] and does not name its axes. Set images[0].input.axes, e.g. \"zyx\".")]
    [InlineData(
        new long[] { 2, 3, 4, 8, 9 },
        null,
        "/d/a.h5: dataset '/low' is 5-D uint16 [2, 3, 4, 8, 9] and does not name its axes. Set images[0].input.axes, e.g. \"tczyx\".")]
    [InlineData(
        new long[] { 8, 9 },
        "zyx",
        "/d/a.h5: dataset '/low' is 2-D uint16 [8, 9]; images[0].input.axes is 'zyx', 3 letters. It must have one letter "
            + "for each axis.")]
    [InlineData(new long[] { 0, 9 }, null, "/d/a.h5: dataset '/low' is 2-D uint16 [0, 9]: it has no pixels.")]
    public void Build_ShapeThatDoesNotFit_IsThatImagesProblem(long[] shape, string? axes, string problem) =>
        Assert.Equal(problem, PlanOf(Header(shape), new DatasetReference { Axes = axes }).Problem);

    [Theory]
    [InlineData('y', 8L, 9L, "/d/a.h5: dataset '/low' is 2-D uint16 [8, 9] with axes 'yx'; images[0].input.select.y is 8:9, outside 0:8.")]
    [InlineData(
        'x',
        0L,
        10L,
        "/d/a.h5: dataset '/low' is 2-D uint16 [8, 9] with axes 'yx'; images[0].input.select.x is 0:10, outside 0:9.")]
    [InlineData('x', 9L, null, "/d/a.h5: dataset '/low' is 2-D uint16 [8, 9] with axes 'yx'; images[0].input.select.x is 9:, outside 0:9.")]
    [InlineData(
        'y',
        null,
        long.MaxValue,
        "/d/a.h5: dataset '/low' is 2-D uint16 [8, 9] with axes 'yx'; images[0].input.select.y is :9223372036854775807, outside 0:8.")]
    [InlineData(
        't',
        0L,
        1L,
        "/d/a.h5: dataset '/low' is 2-D uint16 [8, 9] with axes 'yx'; images[0].input.select names axis 't', which it does not have.")]
    public void Build_SelectionOutside_IsThatImagesProblem(char axis, long? start, long? stop, string problem) =>
        Assert.Equal(
            problem,
            PlanOf(
                Header([8, 9]),
                new DatasetReference { Select = new Dictionary<char, AxisRange> { [axis] = new(start, stop) } }).Problem);

    [Theory]
    [InlineData(new long[] { 2, 16, 18 }, new long[] { 2, 8, 9 },
        "/d/a.h5: dataset '/high' (T,Y,X = 2,8,9 uint16) has planes of 8 x 9; expected 32 x 36, 2 x those of /d/a.h5: dataset "
            + "'/low' (T,Y,X = 2,16,18 uint16). Set model.scale, or register the pair.")]
    [InlineData(new long[] { 2, 8, 9 }, new long[] { 3, 16, 18 },
        "/d/a.h5: dataset '/high' (T,Y,X = 3,16,18 uint16) has 3 along t; expected 2, as /d/a.h5: dataset '/low' (T,Y,X = 2,8,9 "
            + "uint16). Use select to pick matching planes.")]
    public void Build_TargetThatDoesNotMatch_IsThatImagesProblem(long[] input, long[] target, string problem)
    {
        var entry = Entry("a") with { Input = new DatasetReference { Axes = "tyx" }, Target = new DatasetReference { Axes = "tyx" } };
        PlannedImage image = PlanPair(entry, Header(input), Header(target) with { Dataset = "/high" }, scale: 2);
        Assert.Equal((problem, null, null, 0L), (image.Problem, image.Input, image.Target, image.Cost));
    }

    [Fact]
    public void Build_TargetThatMatches_OverOtherAxes_IsTaken()
    {
        var entry = Entry("a") with
        {
            Input = new DatasetReference { Axes = "tyx", Select = new Dictionary<char, AxisRange> { ['t'] = AxisRange.At(1) } },
            Target = new DatasetReference(),
        };
        PlannedImage image = PlanPair(entry, Header([5, 8, 9]), Header([16, 18]), scale: 2);
        Assert.Equal((null, 16L), (image.Problem, image.Target!.Height));
    }

    [Fact]
    public void Build_NoImage_IsRefused() => AssertRefused("night: 1 problem\n  no image: the list is empty, or no file matches a glob");

    [Fact]
    public void Build_IdUsedTwice_IsRefused() => AssertRefused(
        "night: 2 problems\n"
            + "  id 'a' is used by images[0] (1.h5) and more.csv line 2 (2.h5); each output needs a name of its own. Change one id.\n"
            + "  id 'b' is used by images[1] (n/b.h5) and images[1] (n/b+.h5); each output needs a name of its own. "
            + "Rename files, or list them one by one with an id each ('srbatch scan' does it).",
        Entry("a") with { Input = new DatasetReference { File = "1.h5" } },
        Entry("a") with { Key = "more.csv line 2", Input = new DatasetReference { File = "2.h5" } },
        Entry("b") with { Key = "images[1]", Glob = "n/*.h5", Input = new DatasetReference { File = "n/b.h5" } },
        Entry("b") with { Key = "images[1]", Glob = "n/*.h5", Input = new DatasetReference { File = "n/b+.h5" } });

    [Fact]
    public void Build_SixAxes_SaysThatFiveAreTheMost()
    {
        DatasetHeader six = Header([1, 1, 1, 1, 8, 9]);
        Assert.Equal(
            $"{six.File}: dataset '{six.Dataset}' is 6-D {six.ElementType.NumpyName()} [1, 1, 1, 1, 8, 9]; "
                + "at most 5 axes are possible (t, c, z, y and x). Write the image anew with at most one axis of each.",
            PlanOf(six, new DatasetReference()).Problem);
    }

    private static void AssertRefused(string message, params ImageEntry[] entries)
    {
        SrBatchException fault = Assert.Throws<SrBatchException>(() =>
            Planner.Build(
                new Manifest { Name = "night" },
                "",
                [.. entries.Select(entry => new ResolvedImage(entry, Header([8, 8]), null, null))],
                1));
        Assert.Equal((message, ExitCode.BadManifest), (fault.Message, fault.ExitCode));
    }

    private static PlannedImage PlanOf(DatasetHeader header, DatasetReference reference, int scale = 1) =>
        PlanPair(Entry("a") with { Input = reference }, header, null, scale);

    private static PlannedImage PlanPair(ImageEntry entry, DatasetHeader input, DatasetHeader? target, int scale) =>
        Assert.Single(
            Planner.Build(
                new Manifest { Model = new ModelOptions { Scale = scale } },
                "",
                [new ResolvedImage(entry, input, target, null)],
                1).Images);

    private static ImageEntry Entry(string id) => new() { Key = "images[0]", Id = id };

    private static DatasetHeader Header(long[] shape) =>
        new() { File = "/d/a.h5", Dataset = "/low", Shape = shape, ElementType = ElementType.UInt16 };
}
