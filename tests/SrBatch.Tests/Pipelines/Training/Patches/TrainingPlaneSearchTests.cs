using System.Globalization;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Randomness;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.Training.Patches;

public sealed class TrainingPlaneSearchTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Patch = 32, PercentileLow = 1, PercentileHigh = 99 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ElementType.UInt16, TargetIntensity.Regressed)]
    [InlineData(ElementType.Int8, TargetIntensity.Percentiles)]
    [InlineData(ElementType.Float64, TargetIntensity.Regressed)]
    public void Find_WhateverMemoryHolds_AndHoweverManyThreads_FindsTheSame(ElementType type, TargetIntensity intensity)
    {
        Plan plan = TrainingPairs.Write(_folder, type, Options with { TargetIntensity = intensity });
        IReadOnlyList<TrainingPlane> streamed = Find(plan, 1, kept: 0, passing: 0), passing = Find(plan, 3, kept: 0, passing: 1 << 20), kept = Find(plan, 2, kept: 1 << 20, passing: 0);
        Assert.Equal(["one", "one", "stack", "stack", "swapped"], streamed.Select(plane => plane.Image.Id));
        Assert.Equal([0, 1, 1, 2, 0], streamed.Select(plane => plane.Input.Z));
        Assert.All(streamed.Concat(passing), plane => Assert.Null(plane.Pixels));
        Assert.All(kept, plane => Assert.NotNull(plane.Pixels));
        Assert.Equal(streamed.Select(Numbers), passing.Select(Numbers));
        Assert.Equal(streamed.Select(Numbers), kept.Select(Numbers));

        static (IntensityRange, IntensityRange, double Share, string Draws) Numbers(TrainingPlane plane)
        {
            var random = new SampleRandom(1, 1);
            return (plane.InputRange, plane.TargetRange, plane.Structure!.Share, string.Join(' ', Enumerable.Range(0, 20).Select(_ => plane.Structure.Draw(ref random))));
        }
    }

    [Fact]
    public void Find_BudgetForTheFirstImageAlone_KeepsThat()
    {
        Plan plan = TrainingPairs.Write(_folder, ElementType.UInt16, Options);
        // Two planes of 40 x 48 and two of 80 x 96, two bytes each.
        IReadOnlyList<TrainingPlane> planes = Find(plan, 1, kept: 2 * 2 * ((40 * 48) + (80 * 96)), passing: 1 << 20);
        Assert.Equal(["one", "one"], planes.Where(plane => plane.Pixels is not null).Select(plane => plane.Image.Id));
    }

    /// <summary>numpy.percentile of the input's channel, and numpy.polyfit of the normalised input over the averaged target.</summary>
    [Fact]
    public void Find_Ranges_AreNumpys()
    {
        Plan plan = TrainingPairs.Write(_folder, ElementType.UInt16, Options);
        double[] expected = Python("""
            import h5py, numpy, sys
            with h5py.File(sys.argv[1] + "/low.h5") as f, h5py.File(sys.argv[1] + "/high.h5") as g:
                x, y = f["low"][1:3, 2:50, :40].astype(float), g["high"][1:3, 4:100, :80].astype(float)
            low, high = numpy.percentile(x, [1, 99])
            y = y.reshape(2, 48, 2, 40, 2).mean(axis=(2, 4))
            a, b = numpy.polyfit(y.ravel(), ((x - low) / (high - low)).ravel(), 1)
            print(low, high, -b / a, (1 - b) / a)
            """, _folder.Path);
        TrainingPlane plane = Find(plan, 1, kept: 0, passing: 0)[2];
        foreach ((double e, double a) in expected.Zip([plane.InputRange.Low, plane.InputRange.High, plane.TargetRange.Low, plane.TargetRange.High]))
        {
            // The normalised input is float32.
            Assert.Equal(e, a, 1e-3);
        }
    }

    /// <summary>Dead pixels of the input, which the network sees as background, must not bend the line through input and target.</summary>
    [Fact]
    public void Find_PixelsThatAreNotFinite_AreNoPartOfTheFit_AndAreCounted()
    {
        Plan plan = TrainingPairs.Write(_folder, ElementType.Float32, Options);
        for (int i = 0; i < 20; i++)
        {
            TrainingPairs.Spoil(_folder, "low", 2 * i, i);
        }
        TrainingPairs.Spoil(_folder, "high", 70, 90);
        double[] expected = Python("""
            import h5py, numpy, sys
            with h5py.File(sys.argv[1] + "/one.h5") as f:
                x, y = f["low"][...].astype(float), f["high"][...].astype(float)
            low, high = numpy.percentile(x[numpy.isfinite(x)], [1, 99])
            y = y.reshape(2, 40, 2, 48, 2).mean(axis=(2, 4))
            counts = numpy.isfinite(x) & numpy.isfinite(y)
            a, b = numpy.polyfit(y[counts], ((x - low) / (high - low))[counts], 1)
            print(low, high, -b / a, (1 - b) / a)
            """, _folder.Path);
        var log = new Lines();
        var search = new TrainingPlaneSearch(plan, 1, new ByteBudget(0), new ByteBudget(0), TrainingPairs.Context with { Log = log });
        TrainingPlane plane = search.Find().Planes[0];
        double[] found = [plane.InputRange.Low, plane.InputRange.High, plane.TargetRange.Low, plane.TargetRange.High];
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Equal(["one: 20 input values and 1 target values are not finite; training leaves their pixels out"], log);
    }

    [Fact]
    public void Find_WithoutStructure_MakesNoMaps() =>
        Assert.All(Find(TrainingPairs.Write(_folder, ElementType.UInt8, Options with { Structure = 0 }), 2, kept: 1 << 20, passing: 0), plane => Assert.Null(plane.Structure));

    [Fact]
    public void Find_BadImages_AreSkippedInOrder_AndTakeNoMemory()
    {
        Plan plan = TrainingPairs.Write(_folder, ElementType.UInt16, Options);
        PlannedImage one = plan.Images[0], stack = plan.Images[1];
        plan = plan with
        {
            Images = [one with { Id = "a", Target = one.Target! with { File = _folder.File("none.h5") } }, stack with { Id = "b", Problem = "no" }, one with { Id = "c" }],
        };
        long pair = 2 * 2 * ((40 * 48) + (80 * 96));
        (IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped) = new TrainingPlaneSearch(plan, 1, new ByteBudget(pair), new ByteBudget(0), TrainingPairs.Context).Find();
        Assert.Equal(["a", "b"], skipped);
        Assert.All(planes, plane => Assert.NotNull(plane.Pixels));
        Assert.Equal(["c", "c"], planes.Select(plane => plane.Image.Id));
    }

    private static double[] Python(string script, string folder) =>
        [.. ChildProcess.Python(script, folder).Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private static IReadOnlyList<TrainingPlane> Find(Plan plan, int threads, long kept, long passing)
    {
        (IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped) = new TrainingPlaneSearch(plan, threads, new ByteBudget(kept), new ByteBudget(passing), TrainingPairs.Context).Find();
        Assert.Empty(skipped);
        return planes;
    }
}
