using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Reporting.Page;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Tests.Pipelines.Reporting.Page;

public class RunOriginTests
{
    private static readonly Plan Planned = new()
    {
        Name = "night",
        ManifestSha256 = "ff739bc341170000",
        Shards = 2,
        Model = new ModelOptions(),
        Training = new TrainingOptions(),
        Inference = new InferenceOptions(),
        Quality = new QualityOptions(),
        LinkedFolders = ["/data/old"],
        Images = [],
    };

    [Theory]
    [InlineData("/data/my night.json", "/data/my night.json", "'/data/my night.json'")]
    [InlineData("manifest.json", "/runs/night/manifest.json", "/runs/night/manifest.json")]
    public void Commands_KnownManifest_NameIt(string manifest, string shown, string word)
    {
        RunOrigin origin = Of(Planned with { Manifest = manifest });
        Assert.Equal(
            [
                $"manifest={word}  # the one with the SHA-256 ff739bc34117...",
                "srbatch plan --manifest \"$manifest\" --run /runs/night --shards 2",
                "srbatch infer --manifest \"$manifest\" --run /runs/night --shard \"$i\"/2  # for each i from 0",
                "srbatch report --run /runs/night",
            ],
            origin.Commands);
        Assert.Contains(origin.Facts, fact => fact[0] == "Manifest" && fact[1] == shown);
    }

    [Fact]
    public void Commands_PlanOfAnOlderVersion_LeaveItsNameOpen()
    {
        RunOrigin origin = Of(Planned);
        Assert.Equal(["cd /data/old", "manifest=manifest.json  # the one with the SHA-256 ff739bc34117..."], origin.Commands.Take(2));
        Assert.DoesNotContain(origin.Facts, fact => fact[0] == "Manifest");
    }

    [Theory]
    [InlineData("/runs/night/manifest.json", "manifest.json")]
    [InlineData("/runs/night/in/it.json", "in/it.json")]
    [InlineData("/runs/night.json", "/runs/night.json")]
    [InlineData("/runs/nightly/manifest.json", "/runs/nightly/manifest.json")]
    public void NameOf_FileInTheRunFolder_MovesWithIt(string path, string expected) =>
        Assert.Equal(expected, new RunFolder("/runs/night").NameOf(path));

    private static RunOrigin Of(Plan plan) => RunOrigin.Of(new RunFolder("/runs/night"), plan, [], [null]);
}
