using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Bench;

/// <summary>A manifest of 10,000 images: wall time and memory of the verbs that look at all of them, and what an image costs beside its own work.</summary>
internal static class ManyBenchmark
{
    private const int Images = 10_000;

    public static void Run()
    {
        string folder = Directory.CreateTempSubdirectory("srbatch-many-").FullName;
        try
        {
            string data = Path.Combine(folder, "data"), pairs = Path.Combine(folder, "sim", "pairs"), run = Path.Combine(folder, "run"), manifest = Path.Combine(folder, "many.json");
            Peer.Run(StartUpBenchmark.Binary, "simulate", "--out", Path.Combine(folder, "sim"), "--images", "8", "--size", "48", "--scale", "2", "--structure", "spots");
            Directory.CreateDirectory(data);
            string one = Directory.GetFiles(pairs)[0];
            for (int i = 0; i < Images; i++)
            {
                File.Copy(one, Path.Combine(data, Name(i) + ".h5"));
            }
            object[] training = [.. Directory.GetFiles(pairs).Select((file, i) => Entry($"pair-{i}", file, "train"))];
            var options = new { steps = 2, batch = 2, patch = 32, loss = "l1" };
            Write(manifest, [.. training, .. Enumerable.Range(0, Images).Select(i => Entry(Name(i), Path.Combine(data, Name(i) + ".h5"), "test"))], options);
            Measure("check", "check", "--manifest", manifest);
            Measure("plan", "plan", "--manifest", manifest, "--run", run, "--shards", "16");
            Measure("status, none done", "status", "--run", run);

            // One image enhanced, and its output under all names: what report and status find in the morning when every part of the scores was lost.
            Peer.Run(StartUpBenchmark.Binary, "train", "--manifest", manifest, "--run", run, "--quiet");
            string alone = Path.Combine(folder, "one.json"), aloneRun = Path.Combine(folder, "one");
            Write(alone, [.. training.Take(1), Entry("alone", one, "test")], options);
            Peer.Run(StartUpBenchmark.Binary, "infer", "--manifest", alone, "--run", aloneRun, "--model", Path.Combine(run, "model.safetensors"), "--quiet");
            Directory.CreateDirectory(Path.Combine(run, "images"));
            for (int i = 0; i < Images; i++)
            {
                File.Copy(Path.Combine(aloneRun, "images", "alone.h5"), Path.Combine(run, "images", Name(i) + ".h5"));
            }
            Measure("status, all done, scores in the outputs alone", "status", "--run", run);
            Measure("report, scores in the outputs alone", "report", "--run", run);
            Measure("infer of a finished shard", "infer", "--manifest", manifest, "--run", run, "--shard", "3/16");
            Schedule(Path.Combine(folder, "claims"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Claims and gives back every image, as infer does around its work.</summary>
    private static void Schedule(string folder)
    {
        var run = new RunFolder(folder);
        Directory.CreateDirectory(run.Images);
        PlannedImage[] images = [.. Enumerable.Range(0, Images).Select(i => new PlannedImage { Id = Name(i), Group = "", Split = Core.Manifests.Split.Infer })];
        using var claims = new ImageClaims(run, new RunContext(NullLogger.Instance, TimeProvider.System, new SlurmJob(), TextWriter.Null, CancellationToken.None));
        long started = Stopwatch.GetTimestamp();
        foreach (PlannedImage image in claims.Take(images, CancellationToken.None))
        {
            claims.Release(image);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"many: scheduling {Stopwatch.GetElapsedTime(started).TotalMilliseconds / Images:F3} ms an image (claimed and given back)"));
    }

    private static void Measure(string what, params string[] arguments)
    {
        (_, string errors, TimeSpan time) = Peer.RunWithErrors("/bin/sh", ["-c", "/usr/bin/time -f 'peak %M' \"$@\"; [ $? -eq 0 ] || [ $? -le 75 ]", "sh", StartUpBenchmark.Binary, .. arguments, "--quiet"]); // 75: images are left
        string peak = errors.Split('\n').Last(line => line.StartsWith("peak ", StringComparison.Ordinal))[5..];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"many: {what}: {time.TotalSeconds:F2} s, {int.Parse(peak, CultureInfo.InvariantCulture) / 1024} MiB"));
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"fov-{i:D5}");

    private static object Entry(string id, string file, string split) => new { id, split, input = new { file, dataset = "/low" }, target = new { file, dataset = "/high" } };

    private static void Write(string path, object[] images, object training) =>
        File.WriteAllText(path, JsonSerializer.Serialize(new { name = "many", images, training, model = new { network = "unet", scale = 2, features = 4 } }));
}
