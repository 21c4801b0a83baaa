using System.Globalization;
using System.Text.Json;

namespace SrBatch.Bench;

/// <summary>A U-Net of scale 1, trained for a few steps: what it has learned does not matter, that all programs have the same weights does.</summary>
internal sealed class InferenceModel
{
    public InferenceModel(string folder, int features)
    {
        Folder = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"features-{features}"));
        Features = features;
        string data = Path.Combine(folder, "data");
        if (!Directory.Exists(data))
        {
            Peer.Run(StartUpBenchmark.Binary, "simulate", "--out", data, "--images", "8", "--size", "192", "--scale", "1", "--seed", "1");
        }
        Directory.CreateDirectory(Folder);
        string manifest = Path.Combine(Folder, "train.json");
        File.WriteAllText(manifest, JsonSerializer.Serialize(new
        {
            images = new[] { new { glob = Path.Combine(data, "pairs", "*.h5"), split = "train", input = new { dataset = "/low" }, target = new { dataset = "/high" } } },
            model = new { network = "unet", scale = 1, features },
            training = new { steps = 20, batch = 4, patch = 64, loss = "l1", checkpointEvery = 20 },
        }));
        Peer.Run(StartUpBenchmark.Binary, "train", "--manifest", manifest, "--run", Path.Combine(Folder, "run"));
    }

    public string Folder { get; }
    public int Features { get; }
    public string Weights => Path.Combine(Folder, "run", "model.safetensors");

    /// <summary>Enhances files of a glob; returns what it logged.</summary>
    public (string Log, TimeSpan Time) Infer(string run, string glob, object inference, params string[] options)
    {
        string manifest = Path.Combine(Folder, "infer.json");
        File.WriteAllText(manifest, JsonSerializer.Serialize(new
        {
            images = new[] { new { glob, split = "infer", input = new { dataset = "/low" } } },
            model = new { network = "unet", scale = 1, features = Features },
            inference,
        }));
        if (Directory.Exists(run))
        {
            Directory.Delete(run, recursive: true);
        }
        (string _, string errors, TimeSpan time) = Peer.RunWithErrors(StartUpBenchmark.Binary, ["infer", "--manifest", manifest, "--run", run, "--model", Weights, .. options]);
        return (errors, time);
    }
}
