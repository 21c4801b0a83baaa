using SrBatch.Torch.Inference;
using SrBatch.Torch.Metrics;
using SrBatch.Torch.Native;
using SrBatch.Torch.Simulation;

namespace SrBatch.Bench;

/// <summary>
/// How often the largest contradiction of output and input is a lie. The output is the simulated high-resolution image itself, the best that a network could give; into it a
/// disc of another image is pasted, or the background over what is there, and where it contradicts its input is looked up.
/// </summary>
internal static class LieBenchmark
{
    private const int Images = 12, SpotsAnImage = 10, Side = 256;
    private static readonly int[] Diameters = [4, 6, 8, 12, 16, 24, 32];

    public static void Run()
    {
        TorchRuntime.Start(null, 2);
        foreach ((string pair, int scale) in new[] { ("low-high-na", 2), ("confocal-sted", 1) })
        {
            (float[] Low, float[] High)[] images = [.. Enumerable.Range(0, Images + 1).Select(image => Simulated(pair, scale, image))];
            foreach (bool pasted in new[] { true, false })
            {
                string[] rates = [.. Diameters.Select(diameter => FormattableString.Invariant($"{diameter} px {Rate(images, scale, diameter, pasted):P0}"))];
                Console.WriteLine($"lies: {pair}, scale {scale}, {(pasted ? "pasted" : "erased")}: {string.Join(", ", rates)}");
            }
        }
    }

    private static (float[] Low, float[] High) Simulated(string pair, int scale, int image)
    {
        SimulatedPair made = PairSimulator.Simulate(new SimulationOptions { Images = Images + 1, SizePx = Side / scale, Scale = scale, Structure = "mixed", Pair = pair }, image);
        return ([.. made.Low.Select(value => (float)value)], [.. made.High.Select(value => (float)value)]);
    }

    /// <summary>Share of lies of which the largest contradiction lies inside, or within one blur's sigma of it, and is of the right kind. Places are where the structure that appears or goes is: the disc's mean is above the image's.</summary>
    private static double Rate((float[] Low, float[] High)[] images, int scale, int diameter, bool pasted)
    {
        int hits = 0, lies = 0;
        for (int image = 0; image < Images; image++)
        {
            float[] high = images[image].High, other = images[image + 1].High, low = TrainedGenerator.Upsample(images[image].Low, Side / scale, Side / scale, scale);
            float background = high.Order().ElementAt(high.Length / 10), mean = (pasted ? other : high).Average();
            for (int spot = 0, place = 0; spot < SpotsAnImage && place < 1000; place++)
            {
                // Over all of the plane but its borders.
                int y = 20 + (place * 89 % (Side - 40)), x = 20 + (place * 151 % (Side - 40));
                if (Disc(y, x, diameter).Average(pixel => (pasted ? other : high)[pixel]) < mean || (pasted && Disc(y, x, diameter).Average(pixel => high[pixel]) > mean))
                {
                    continue;
                }
                spot++;
                float[] output = [.. high];
                foreach (int pixel in Disc(y, x, diameter))
                {
                    output[pixel] = pasted ? Math.Max(high[pixel], other[pixel]) : Math.Min(high[pixel], background);
                }
                var squirrel = Squirrel.Of(output, low, Side, Side, scale);
                Contradiction most = squirrel.Contradiction()!;
                double distance = Math.Sqrt(Math.Pow(most.Row - y, 2) + Math.Pow(most.Column - x, 2));
                lies++;
                hits += distance <= (diameter / 2.0) + Math.Max(squirrel.SigmaPx, 1) && most.IsInvented == pasted ? 1 : 0;
            }
        }
        return lies == 0 ? double.NaN : (double)hits / lies;
    }

    private static IEnumerable<int> Disc(int y, int x, int diameter) =>
        from row in Enumerable.Range(y - (diameter / 2), diameter + 1)
        from column in Enumerable.Range(x - (diameter / 2), diameter + 1)
        where Math.Pow(row - y, 2) + Math.Pow(column - x, 2) <= diameter * diameter / 4.0
        select (row * Side) + column;
}
