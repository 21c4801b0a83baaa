using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.Training.Patches;

public sealed class PatchReaderTests : IDisposable
{
    private const int Side = 16, Scale = 2;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>From memory, from files, and from both, steps together and alone: always the patches that each step draws, as h5py has them.</summary>
    [Theory]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.UInt16)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Float32)]
    public void Read_FromMemoryOrFiles_StepsTogetherOrAlone_GivesTheSame(ElementType type)
    {
        Plan plan = TrainingPairs.Write(_folder, type, new TrainingOptions { Patch = Side * Scale });
        (IReadOnlyList<TrainingPlane> inMemory, _) = new TrainingPlaneSearch(plan, 2, new ByteBudget(1 << 20), new ByteBudget(0), TrainingPairs.Context).Find();
        TrainingPlane[] inFiles = [.. inMemory.Select(plane => plane with { Pixels = null })], mixed = [.. inMemory.Select((plane, i) => i % 2 == 0 ? plane : inFiles[i])];
        var sampler = new PatchSampler(5, [.. inMemory.Select(plane => new PatchPlane(plane.Image.Input!.Height, plane.Image.Input.Width, plane.Structure))], Side, structure: 0.5);
        IReadOnlyList<IReadOnlyList<PatchDraw>> steps = [.. Enumerable.Range(1, 20).Select(step => sampler.Draw(step, 5))];

        IReadOnlyList<PatchBatch> expected = Read(inMemory, threads: 1, steps);
        PatchBatch[] one = [.. steps.SelectMany(step => Read(inFiles, threads: 1, [step]))];
        foreach (IReadOnlyList<PatchBatch> found in new[] { one, Read(inFiles, threads: 3, steps), Read(mixed, threads: 2, steps) })
        {
            Assert.Equal(expected.SelectMany(batch => batch.Inputs), found.SelectMany(batch => batch.Inputs));
            Assert.Equal(expected.SelectMany(batch => batch.Targets), found.SelectMany(batch => batch.Targets));
        }
        ExpectFromH5py(inMemory, steps[7], expected[7]);
    }

    /// <summary>The input pixel and its 2 x 2 target pixels do not count, and a target pixel of its own; whatever the orientation.</summary>
    [Fact]
    public void Read_PixelsThatAreNotFinite_AreMasked_AndBatchesWithoutThemHaveNoMask()
    {
        Plan plan = TrainingPairs.Write(_folder, ElementType.Float32, new TrainingOptions { Patch = Side * Scale });
        TrainingPairs.Spoil(_folder, "low", 3, 5);
        TrainingPairs.Spoil(_folder, "high", 20, 21);
        var search = new TrainingPlaneSearch(plan, 1, new ByteBudget(1 << 20), new ByteBudget(0), TrainingPairs.Context);
        IReadOnlyList<TrainingPlane> planes = search.Find().Planes;
        PatchDraw[] spoilt = [.. Enumerable.Range(0, 8).Select(orientation => new PatchDraw(0, 1, 2, orientation))];
        IReadOnlyList<PatchBatch> batches = Read(planes, threads: 2, [spoilt, [new PatchDraw(1, 1, 2, 0)], [new PatchDraw(0, 20, 20, 0)]]);
        Assert.Null(batches[1].Mask);
        Assert.Null(batches[2].Mask);
        const int TargetSide = Side * Scale;
        float[] expected = new float[TargetSide * TargetSide], turned = new float[expected.Length];
        Array.Fill(expected, 1);
        foreach ((int row, int column) in new[] { (4, 6), (4, 7), (5, 6), (5, 7), (18, 17) })
        {
            expected[(row * TargetSide) + column] = 0;
        }
        for (int i = 0; i < spoilt.Length; i++)
        {
            SquarePatch.Orient(expected, turned, TargetSide, i);
            Assert.Equal(turned, batches[0].Mask!.Skip(i * turned.Length).Take(turned.Length));
        }
        Assert.All(batches, batch => Assert.DoesNotContain(batch.Inputs.Concat(batch.Targets), value => !float.IsFinite(value)));
    }

    [Theory]
    [InlineData(12, 1 << 20, 17)]
    [InlineData(12, 40 << 20, 682)]
    [InlineData(1, 1 << 30, 1024)]
    [InlineData(4096, 1 << 20, 1)]
    public void StepsTogether_InFiles_AsManyAsMemoryHolds(int batch, long budget, int expected)
    {
        TrainingPlane plane = new(null!, default, default, default, default, null, null);
        Assert.Equal(expected, new PatchReader([plane], Scale, Side, 1, new Hdf5ReadOptions()).StepsTogether(batch, budget));
    }

    private static IReadOnlyList<PatchBatch> Read(IReadOnlyList<TrainingPlane> planes, int threads, IReadOnlyList<IReadOnlyList<PatchDraw>> steps) =>
        new PatchReader(planes, Scale, Side, threads, new Hdf5ReadOptions()).Read(steps, CancellationToken.None);

    private static void ExpectFromH5py(IReadOnlyList<TrainingPlane> planes, IReadOnlyList<PatchDraw> draws, PatchBatch batch)
    {
        var wanted = draws.SelectMany(draw => new[] { (draw, IsTarget: false), (draw, IsTarget: true) }).ToArray();
        string[] lines = ChildProcess.Python("""
            import h5py, sys
            for i in range(1, len(sys.argv), 8):
                file, name, axes = sys.argv[i:i + 3]
                z, y, x, side, orientation = map(int, sys.argv[i + 3:i + 8])
                with h5py.File(file) as f:
                    values = f[name][...]
                values = values[z] if axes == "zyx" else values.T
                values = values[y:y + side, x:x + side]
                # Bit 2 exchanges rows and columns, bit 1 flips rows, bit 0 columns.
                values = values.T if orientation & 4 else values
                values = values[::-1] if orientation & 2 else values
                values = values[:, ::-1] if orientation & 1 else values
                print(*map(float, values.ravel()))
            """, [.. wanted.SelectMany(patch => Arguments(planes[patch.draw.Plane], patch.draw, patch.IsTarget))]).Split('\n');
        for (int i = 0; i < wanted.Length; i++)
        {
            TrainingPlane plane = planes[wanted[i].draw.Plane];
            float[] expected = [.. lines[i].Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
            (wanted[i].IsTarget ? plane.TargetRange : plane.InputRange).Normalise(expected, expected);
            Assert.Equal(expected, (wanted[i].IsTarget ? batch.Targets : batch.Inputs).Skip(i / 2 * expected.Length).Take(expected.Length));
        }
    }

    private static IEnumerable<string> Arguments(TrainingPlane plane, PatchDraw draw, bool isTarget)
    {
        PlannedDataset dataset = isTarget ? plane.Image.Target! : plane.Image.Input!;
        int scale = isTarget ? Scale : 1;
        long[] numbers = [isTarget ? plane.Target.Z : plane.Input.Z, dataset.StartOf('y') + (draw.Row * scale), dataset.StartOf('x') + (draw.Column * scale), Side * scale, draw.Orientation];
        return [dataset.File, dataset.Dataset, dataset.Axes, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))];
    }
}
