using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Filters;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Metrics;
using SrBatch.Torch.Native;
using SrBatch.Torch.Simulation;

namespace SrBatch.Bench;

/// <summary>
/// How often the largest contradiction of output and input is a lie. Into an output a disc of another one is pasted, or the background over what is there, and
/// where it contradicts its input is looked up. Outputs are simulated high-resolution images, the best that a network could give; or, <c>bench lies MODEL PAIR...</c>,
/// what a trained model makes of the datasets /low, and then it is also counted how often the contradiction is above the model's limit.
/// </summary>
internal static class LieBenchmark
{
    private const int Images = 12, SpotsAnImage = 10, Side = 256, Border = 20;
    private static readonly int[] Diameters = [4, 6, 8, 12, 16, 24, 32];

    public static void Run()
    {
        TorchRuntime.Start(null, 2);
        foreach ((string pair, int scale) in new[] { ("low-high-na", 2), ("confocal-sted", 1) })
        {
            Print($"{pair}, scale {scale}", [.. Enumerable.Range(0, Images + 1).Select(image => Simulated(pair, scale, image))], scale, double.PositiveInfinity);
        }
    }

    public static void Run(string modelPath, IReadOnlyList<string> pairs)
    {
        TorchRuntime.Start(null, 2);
        ModelCard card = ModelFile.Read(modelPath).Card;
        using ModelFile model = ModelFile.Load(modelPath, card.Model, card.Training, ComputeDevice.Cpu);
        Plane[] planes = [.. pairs.Select(path => Enhanced(model, card, path))];
        double limit = model.Outputs?.ContradictionLimit ?? double.PositiveInfinity;
        int honest = planes.Count(plane => Squirrel.Of(plane.Output, plane.Reference, plane.Height, plane.Width, model.Generator.Scale).Contradiction()!.Most > limit);
        Console.WriteLine($"lies: {card.Name}: {honest} of {planes.Length} outputs without a lie are above the limit");
        Print(card.Name, planes, model.Generator.Scale, limit);
    }

    private static void Print(string name, Plane[] planes, int scale, double limit)
    {
        foreach (bool pasted in new[] { true, false })
        {
            string[] rates = [.. Diameters.Select(diameter => Rate(planes, scale, diameter, pasted, limit) is var (found, flagged)
                ? FormattableString.Invariant($"{diameter} px {found:P0}") + (double.IsFinite(limit) ? FormattableString.Invariant($" ({flagged:P0} above the limit)") : "") : "")];
            Console.WriteLine($"lies: {name}, {(pasted ? "pasted" : "erased")}: {string.Join(", ", rates)}");
        }
    }

    private static Plane Simulated(string pair, int scale, int image)
    {
        SimulatedPair made = PairSimulator.Simulate(new SimulationOptions { Images = Images + 1, SizePx = Side / scale, Scale = scale, Structure = "mixed", Pair = pair }, image);
        return new Plane(Side, Side, Upsampling.Bicubic([.. made.Low.Select(value => (float)value)], Side / scale, Side / scale, scale), [.. made.High.Select(value => (float)value)]);
    }

    private static Plane Enhanced(ModelFile model, ModelCard card, string path)
    {
        DatasetHeader header = DatasetHeaders.Read(path, "/low", new Hdf5ReadOptions());
        using PlaneReader reader = PlaneReader.Open(path, "/low", "yx");
        (int height, int width) = ((int)header.Shape[0], (int)header.Shape[1]);
        float[] low = new float[height * width];
        reader.Read(new PlaneIndex(0, 0, 0), 0, 0, height, width, low);
        var percentiles = new PercentileCounter([card.PercentileLow, card.PercentileHigh]);
        percentiles.FirstPass(low);
        percentiles.SecondPass(low);
        int scale = model.Generator.Scale;
        float[] output = new float[low.Length * scale * scale];
        TileSizes tiles = model.Generator.ChooseTiles(height, width, new InferenceOptions(), model.AutoHalo ?? model.Generator.ReceptiveField, new MemoryBudget(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, 1).ForTiles());
        new TiledEnhancer(model.Generator.Run, scale, batch: 1).Enhance(height, width, tiles, new IntensityRange((float)percentiles.Values()[0], (float)percentiles.Values()[1]),
            (row, column, rows, columns, destination) => new PlanePart(row, column, rows, columns).Cut(low, width).CopyTo(destination),
            (block, values) => block.CopyTo(values, output, width, scale));
        return new Plane(height * scale, width * scale, Upsampling.Bicubic(low, height, width, scale), output);
    }

    /// <summary>
    /// Share of lies of which the largest contradiction lies inside, or within one blur's sigma of it, and is of the right kind; and the share of those above the limit, too. Places are
    /// where the structure that appears or goes is: the disc's mean is above the image's.
    /// </summary>
    private static (double Found, double Flagged) Rate(Plane[] planes, int scale, int diameter, bool pasted, double limit)
    {
        int found = 0, flagged = 0, lies = 0;
        for (int image = 0; image + 1 < planes.Length; image++)
        {
            (int height, int width, float[] reference, float[] honest) = planes[image];
            float[] other = planes[image + 1].Output;
            float background = honest.Order().ElementAt(honest.Length / 10), mean = (pasted ? other : honest).Average();
            for (int spot = 0, place = 0; spot < SpotsAnImage && place < 1000; place++)
            {
                // Over all of the plane but its borders.
                int y = Border + (place * 89 % (height - (2 * Border))), x = Border + (place * 151 % (width - (2 * Border)));
                int[] disc = [.. Disc(y, x, diameter, width)];
                if (disc.Average(pixel => (pasted ? other : honest)[pixel]) < mean || (pasted && disc.Average(pixel => honest[pixel]) > mean))
                {
                    continue;
                }
                spot++;
                float[] output = [.. honest];
                foreach (int pixel in disc)
                {
                    output[pixel] = pasted ? Math.Max(honest[pixel], other[pixel]) : Math.Min(honest[pixel], background);
                }
                var squirrel = Squirrel.Of(output, reference, height, width, scale);
                Contradiction most = squirrel.Contradiction()!;
                bool isFound = Math.Sqrt(Math.Pow(most.Row - y, 2) + Math.Pow(most.Column - x, 2)) <= (diameter / 2.0) + Math.Max(squirrel.SigmaPx, 1.5) && most.IsInvented == pasted;
                lies++;
                found += isFound ? 1 : 0;
                flagged += isFound && most.Most > limit ? 1 : 0;
            }
        }
        return lies == 0 ? (double.NaN, double.NaN) : ((double)found / lies, (double)flagged / lies);
    }

    private static IEnumerable<int> Disc(int y, int x, int diameter, int width) =>
        from row in Enumerable.Range(y - (diameter / 2), diameter + 1)
        from column in Enumerable.Range(x - (diameter / 2), diameter + 1)
        where Math.Pow(row - y, 2) + Math.Pow(column - x, 2) <= diameter * diameter / 4.0
        select (row * width) + column;

    /// <param name="Height">Of the output.</param>
    /// <param name="Width">Of the output.</param>
    /// <param name="Reference">The input, magnified to the output's size.</param>
    /// <param name="Output">height x width.</param>
    private sealed record Plane(int Height, int Width, float[] Reference, float[] Output);
}
