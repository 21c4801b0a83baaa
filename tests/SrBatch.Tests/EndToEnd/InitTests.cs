using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Storage.Weights;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Training that begins with another model's weights.</summary>
public sealed class InitTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_FromAModelOfAnotherScale_CarriesAllButTheLastLayer_AlsoWhenStopped()
    {
        string manifest = Manifest("scale1", features: 4), whole = _folder.File("whole"), stopped = _folder.File("stopped");
        SrbatchResult train = Srbatch.Run(Train(manifest, whole, tiny.Run)).Expect(ExitCode.Done);
        Assert.Contains($"beginning with {tiny.Model}: 50 of 52 arrays carried over; at random: last.weight, last.bias", train.Logged("info"));
        Assert.Empty(train.Logged("warning"));
        JsonNode init = Card($"{whole}/model.safetensors")["init"]!;
        Assert.Equal(
            $$"""{"name":"tiny","step":12,"sha256":"{{RunFiles.Sha256(tiny.Model)}}","carried":50,"arrays":52,"fresh":["last.weight","last.bias"]}""",
            init.ToJsonString());

        using (SrbatchProcess process = Srbatch.Start(Train(manifest, stopped, tiny.Model)))
        {
            process.WaitUntil(() => RunFiles.Checkpoints(stopped).Count > 0);
            process.Signal(SrbatchProcess.Kill);
            process.Wait();
        }
        // Without --init it goes on all the same: the checkpoint knows.
        Srbatch.Run(Train(manifest, stopped, null)).Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Sha256($"{whole}/model.safetensors"), RunFiles.Sha256($"{stopped}/model.safetensors"));
        Srbatch.Run(Train(manifest, stopped, tiny.Model)).Expect(ExitCode.Done);

        string other = RunFiles.Checkpoints(tiny.Run)[^1], sha256 = RunFiles.Sha256(other)[..12];
        SrbatchResult refused = Srbatch.Run(Train(manifest, stopped, other)).Expect(ExitCode.BadManifest);
        Assert.Equal([$"{stopped}/model.safetensors began with model 'tiny' (sha256 {RunFiles.Sha256(tiny.Model)[..12]}); --init names {other} (sha256 {sha256}). Leave --init out to go on, or use a new run folder."], refused.Logged("error"));
        refused = Srbatch.Run([.. Train(tiny.Manifest, tiny.Run, other), "--steps", "14"]).Expect(ExitCode.BadManifest);
        Assert.Equal([$"{tiny.Model} began with random weights; --init names {other} (sha256 {sha256}). Leave --init out to go on, or use a new run folder."], refused.Logged("error"));
        SrbatchResult gone = Srbatch.Run(Train(manifest, stopped, _folder.File("gone"))).Expect(ExitCode.Done);
        Assert.Equal([$"--init: {_folder.File("gone")} does not exist; going on from {stopped}/model.safetensors, which began with model 'tiny' (sha256 {RunFiles.Sha256(tiny.Model)[..12]})"], gone.Logged("warning"));
    }

    [Fact]
    public void Train_FromACheckpoint_WithOtherIntensities_TakesItsAverage_AndWarns()
    {
        string manifest = Manifest("other", features: 4, percentileLow: 1), run = _folder.File("run"), checkpoint = RunFiles.Checkpoints(tiny.Run)[^1];
        SrbatchResult train = Srbatch.Run(Train(manifest, run, checkpoint)).Expect(ExitCode.Done);
        Assert.Contains($"beginning with {checkpoint}: 50 of 52 arrays carried over; at random: last.weight, last.bias", train.Logged("info"));
        Assert.Equal(
            [$"--init: {checkpoint} was trained with percentileLow 0.1, percentileHigh 99.9, targetIntensity regressed; this training has percentileLow 1, percentileHigh 99.9, targetIntensity regressed: the network sees other intensities than it knows"],
            train.Logged("warning"));
    }

    [Fact]
    public void Train_FromWhatDoesNotFit_IsRefused()
    {
        string manifest = Manifest("wide", features: 8), run = _folder.File("run");
        SrbatchResult wide = Srbatch.Run(Train(manifest, run, tiny.Run)).Expect(ExitCode.BadManifest);
        Assert.Matches(
            $@"^--init: {tiny.Model} \(unet, scale 2, 4 features\): 0 of 52 arrays fit the manifest's model \(unet, scale 1, 8 features\), 0 of \d+ weights; expected at least half\. Set model\.features to 4, or train without --init\.$",
            Assert.Single(wide.Logged("error")));
        SrbatchResult missing = Srbatch.Run(Train(manifest, run, _folder.Path)).Expect(ExitCode.BadManifest);
        Assert.Equal([$"--init: {_folder.Path}/model.safetensors does not exist; expected a model.safetensors, a checkpoint, or a run folder that has a model."], missing.Logged("error"));
        Assert.Empty(RunFiles.Checkpoints(run));
    }

    /// <summary>The images of <see cref="TrainedModel"/> as their own targets, at scale 1.</summary>
    private string Manifest(string name, int features, double percentileLow = 0.1) => ManifestJson.Write(
        _folder.File($"{name}.json"),
        TrainedModel.Ids.Take(3).Select((id, i) => new { id, split = i == 2 ? "validation" : "train", input = new { file = tiny.File(id), dataset = "/low" }, target = new { file = tiny.File(id), dataset = "/low" } }),
        new { steps = 4, batch = 2, patch = 32, loss = "l1", checkpointEvery = 2, logEvery = 2, percentileLow },
        new { scale = 1, features });

    private static string[] Train(string manifest, string run, string? init) => ["train", "--manifest", manifest, "--run", run, "--threads", "1", .. init is null ? Array.Empty<string>() : ["--init", init]];

    private static JsonNode Card(string model) => JsonNode.Parse(Safetensors.ReadMetadata(model)["srbatch"])!;
}
