using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Storage.Hdf5;
using SrBatch.Tests.Storage;
using SrBatch.Worker.Runs;

namespace SrBatch.Tests.Worker.Runs;

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
        (IReadOnlyList<TrainingPlane> inMemory, _) = new TrainingPlanes(plan, 2, new ByteBudget(1 << 20), new ByteBudget(0), TrainingPairs.Context).Find();
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
        for (int i = 0; i < steps[7].Count; i++)
        {
            ExpectFromH5py(inMemory[steps[7][i].Plane], steps[7][i], expected[7].Inputs.AsSpan(i * Side * Side, Side * Side), isTarget: false);
            ExpectFromH5py(inMemory[steps[7][i].Plane], steps[7][i], expected[7].Targets.AsSpan(i * Side * Side * 4, Side * Side * 4), isTarget: true);
        }
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

    private static void ExpectFromH5py(TrainingPlane plane, PatchDraw draw, ReadOnlySpan<float> found, bool isTarget)
    {
        PlannedDataset dataset = isTarget ? plane.Image.Target! : plane.Image.Input!;
        int scale = isTarget ? Scale : 1, side = Side * scale;
        (long top, long left) = (dataset.StartOf('y') + (draw.Row * scale), dataset.StartOf('x') + (draw.Column * scale));
        string text = ChildProcess.Python("""
            import h5py, sys
            file, name, axes, z, y, x, side, orientation = sys.argv[1:]
            z, y, x, side, orientation = map(int, (z, y, x, side, orientation))
            with h5py.File(file) as f:
                values = f[name][...]
            values = values[z] if axes == "zyx" else values.T
            values = values[y:y + side, x:x + side]
            # Bit 2 exchanges rows and columns, bit 1 flips rows, bit 0 columns.
            values = values.T if orientation & 4 else values
            values = values[::-1] if orientation & 2 else values
            values = values[:, ::-1] if orientation & 1 else values
            print(*map(float, values.ravel()))
            """, dataset.File, dataset.Dataset, dataset.Axes, Text(isTarget ? plane.Target.Z : plane.Input.Z), Text(top), Text(left), Text(side), Text(draw.Orientation));
        float[] expected = [.. text.Split(' ').Select(number => float.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(found.Length, expected.Length);
        (isTarget ? plane.TargetRange : plane.InputRange).Normalise(expected, expected);
        Assert.Equal(expected, found.ToArray());
    }

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
