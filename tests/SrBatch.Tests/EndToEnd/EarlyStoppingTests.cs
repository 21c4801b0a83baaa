using System.Globalization;
using System.Text.RegularExpressions;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Core.Trust;
using SrBatch.Core.Weights;
using SrBatch.Storage.Weights;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A training whose learning rate is far too high: its validation is best early, it is ended, and the best weights become the model.</summary>
public sealed partial class EarlyStoppingTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_NoBetterValidation_EndsEarly_WithTheBestWeights_AndIsDone()
    {
        string manifest = Manifest(), run = _folder.File("run");
        SrbatchResult trained = Srbatch.Run(Train(manifest, run)).Expect(ExitCode.Done);
        Match ended = trained.Logged("info").Select(line => Ended().Match(line)).Single(match => match.Success);
        int last = Number(ended.Groups[1]), best = Number(ended.Groups[2]);
        Assert.Equal(best + (3 * 2), last);

        string model = Path.Combine(run, "model.safetensors");
        (IReadOnlyList<WeightArray> weights, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(model);
        ModelCard card = ModelCard.FromMetadata(metadata, model);
        Assert.Equal((best, true), (card.Step, card.EndedEarly));
        Dictionary<string, WeightArray> kept = Safetensors.Read(Path.Combine(run, $"checkpoints/step-{best:D8}.safetensors")).Arrays.ToDictionary(array => array.Name);
        WeightArray[] network = [.. weights.Where(array => !InputDistributionArrays.Includes(array))];
        Assert.NotEmpty(network);
        Assert.All(network, array => Assert.True(array.Values.Span.SequenceEqual(kept["averaged." + array.Name].Values.Span), array.Name));

        Assert.Contains(Srbatch.Run(Train(manifest, run)).Expect(ExitCode.Done).Logged("info"), line => line.StartsWith("already trained: ", StringComparison.Ordinal));

        // Without the model, as after a kill just before it: the newest checkpoint knows that the end was reached.
        byte[] bytes = File.ReadAllBytes(model);
        File.Delete(model);
        Srbatch.Run(Train(manifest, run)).Expect(ExitCode.Done);
        Assert.Equal(bytes, File.ReadAllBytes(model));
    }

    private string Manifest() => ManifestJson.Write(
        _folder.File("early.json"),
        TrainedModel.Ids.Select((id, i) => ManifestJson.Pair(id, tiny.File(id), i == 4 ? "validation" : "train")),
        new { steps = 300, batch = 2, patch = 32, loss = "l1", schedule = "constant", learningRate = 0.05, emaDecay = 0, validateEvery = 2, checkpointEvery = 50, patience = 3 });

    private static string[] Train(string manifest, string run) => ["train", "--manifest", manifest, "--run", run, "--threads", "1"];

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ended after step (\d+), as 3 validations brought no improvement; the model is that of step (\d+), \d+\.\d\d dB$")]
    private static partial Regex Ended();
}
