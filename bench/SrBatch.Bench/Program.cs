using System.Globalization;

namespace SrBatch.Bench;

/// <summary>bench NAME...: runs the named benchmarks, all without a name. To add one: a class with a static Run, and its line here.</summary>
public static class Program
{
    private static readonly Dictionary<string, Action> Benchmarks = new()
    {
        ["startup"] = StartUpBenchmark.Run,
        ["hdf5"] = Hdf5Benchmark.Run,
        ["patches"] = PatchBenchmark.Run,
        ["train"] = TrainBenchmark.Run,
        ["network"] = NetworkBenchmark.Run,
        ["infer"] = InferBenchmark.Run,
        ["many"] = ManyBenchmark.Run,
        ["scale"] = ScaleBenchmark.Run,
        ["bf16"] = PrecisionBenchmark.Run,
        ["quality"] = QualityBenchmark.Run,
        ["lies"] = LieBenchmark.Run,
    };

    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["lies", var model, .. var pairs] when pairs.Length > 1:
                LieBenchmark.Run(model, pairs);
                return 0;
            // What ScaleBenchmark has mpirun start.
            case ["scale-step", var features, var batch, var patch]:
                ScaleBenchmark.Step(int.Parse(features, CultureInfo.InvariantCulture), int.Parse(batch, CultureInfo.InvariantCulture), int.Parse(patch, CultureInfo.InvariantCulture));
                return 0;
            case ["scale-sum", var megabytes]:
                ScaleBenchmark.Sum(int.Parse(megabytes, CultureInfo.InvariantCulture));
                return 0;
        }
        string[] names = args.Length == 0 ? [.. Benchmarks.Keys] : args;
        if (names.FirstOrDefault(name => !Benchmarks.ContainsKey(name)) is { } unknown)
        {
            Console.Error.WriteLine($"no benchmark '{unknown}'; there are {string.Join(", ", Benchmarks.Keys)}");
            return 64;
        }
        foreach (string name in names)
        {
            Benchmarks[name]();
        }
        return 0;
    }
}
