using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Several models: the mean of what they give, and how much they disagree.</summary>
public sealed class EnsembleTests(ExternalModels models)
{
    private const string Compare = """
        import h5py, json, numpy, sys
        a, b, c, both = (h5py.File(path, "r") for path in sys.argv[1:])
        singles = numpy.stack([f["sr"][...] for f in (a, b, c)]).astype("f8")
        sr, disagreement = both["sr"], both["disagreement"]
        print(json.dumps({
            "names": sorted(both), "types": [sr.dtype.str, disagreement.dtype.str], "labels": [d.label for d in disagreement.dims],
            "mean": abs(sr[...] - singles.mean(0)).max() / numpy.ptp(singles), "deviation": abs(disagreement[...] - singles.std(0)).max() / numpy.ptp(singles),
            "least": float(singles.std(0).max() / numpy.ptp(singles)),
            "sha256": list(sr.attrs["models_sha256"]), "one": sr.attrs["model_sha256"], "model": sr.attrs["model"], "single": "models_sha256" in a["sr"].attrs}))
        """;

    // Windows of all are those of the model that needs the largest; ours alone has others than theirs, except where the plane is one.
    [Theory]
    [InlineData("pool.pt", 96, "even", "odd")]
    [InlineData("ours.safetensors", null, "even")]
    public void Infer_SeveralModels_GivesMeanAndStandardDeviation(string third, int? tile, params string[] images)
    {
        RandomModel.Write(models.File("ours.safetensors"), 1);
        string[] paths = [models.File("conv.pt"), models.File("other.pt"), models.File(third)];
        object inference = new { tile, halo = "exact" };
        string[] singles = [.. paths.Select(path => Infer(path))];
        string both = Infer(string.Join(" , ", paths));
        foreach (string image in images)
        {
            JsonNode found = JsonNode.Parse(ChildProcess.Python(Compare, [.. singles.Select(run => ExternalModels.Output(run, image)), ExternalModels.Output(both, image)]))!;
            Assert.Equal(["disagreement", "sr"], Texts(found["names"]));
            Assert.Equal(["<f4", "<f4"], Texts(found["types"]));
            Assert.Equal(["y", "x"], Texts(found["labels"]));
            // Rounding to float32 alone: the windows are the same.
            Assert.InRange((double)found["mean"]!, 0, 1e-6);
            Assert.InRange((double)found["deviation"]!, 0, 1e-6);
            Assert.True((double)found["least"]! > 0.01);
            string[] sha256 = [.. paths.Select(RunFiles.Sha256)];
            Assert.Equal(sha256, Texts(found["sha256"]));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(sha256)))), (string?)found["one"]);
            Assert.Equal($"conv, other, {(third == "pool.pt" ? "pool" : "random 1")}", (string?)found["model"]);
            Assert.False((bool)found["single"]!);
        }

        static IEnumerable<string?> Texts(JsonNode? list) => list!.AsArray().Select(each => (string?)each);

        string Infer(string model)
        {
            string run = models.NewRun();
            SrbatchResult result = models.Infer(run, model, 1, inference, images).Expect(ExitCode.Done);
            Assert.Empty(result.Logged("warning"));
            return run;
        }
    }

    [Fact]
    public void Infer_ModelsThatNormaliseOtherwise_AreRefused_Exit78()
    {
        string a = RandomModel.Write(models.File("a.safetensors"), 1), b = RandomModel.Write(models.File("b.safetensors"), 2, percentileHigh: 99);
        foreach ((string first, string second) in ((string, string)[])[(a, b), (models.File("conv.pt"), models.File("standard04"))])
        {
            string run = models.NewRun();
            SrbatchResult infer = models.Infer(run, $"{first},{second}", 1, null, "even").Expect(ExitCode.BadManifest);
            Assert.Equal([$"--model: {second} normalises images otherwise than {first}; the models of an ensemble must see the same image. Use models that were trained with the same percentiles."], infer.Logged("error"));
            Assert.Equal(0, RunFiles.ImageCount(run));
        }
    }

    [Fact]
    public void Infer_OneOfSeveralIsMissing_Exit78()
    {
        string missing = models.File("missing.pt");
        SrbatchResult infer = models.Infer(models.NewRun(), $"{models.File("conv.pt")},{missing}", 1, null, "even").Expect(ExitCode.BadManifest);
        Assert.Equal([$"{missing} does not exist. Train first ('srbatch train' with the same --run), or pass --model."], infer.Logged("error"));
    }

    /// <summary>Images of one model and of several must not stand side by side.</summary>
    [Fact]
    public void Infer_AFinishedRunWithOneModelMore_Exit78()
    {
        string run = models.NewRun();
        models.Infer(run, models.File("conv.pt"), 1, null, "even").Expect(ExitCode.Done);
        SrbatchResult infer = models.Infer(run, $"{models.File("conv.pt")},{models.File("other.pt")}", 1, null, "even").Expect(ExitCode.BadManifest);
        Assert.Contains(" was made by another model (sha256 ", Assert.Single(infer.Logged("error")), StringComparison.Ordinal);
    }
}
