using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;

namespace SrBatch.Tests.Core.Planning;

public class PlanTests
{
    private static readonly PlannedDataset Dataset = new()
    {
        File = "/d/a.h5",
        Dataset = "/low",
        Axes = "tyx",
        Shape = [3, 8, 9],
        Start = [1, 0, 0],
        Count = [2, 8, 9],
        ElementType = ElementType.Float32,
        ElementSizeUm = new ElementSize(null, 0.0625, 0.0625),
    };

    private static readonly Plan Example = new()
    {
        Name = "night",
        ManifestSha256 = "0123",
        Manifest = "/data/night.json",
        Shards = 3,
        Model = new ModelOptions { Scale = 2 },
        Training = new TrainingOptions(),
        Inference = new InferenceOptions { Tile = 512, Halo = 64, Batch = 2 },
        Quality = new QualityOptions(),
        Images =
        [
            new PlannedImage
            {
                Id = "a",
                Group = "g",
                Split = Split.Train,
                Input = Dataset,
                Target = Dataset with { Dataset = "/high" },
                Cost = 576,
                Shard = 1,
                InputStamp = new FileStamp(4096, new DateTime(2026, 3, 1, 2, 3, 4, DateTimeKind.Utc).AddTicks(1)),
            },
            new PlannedImage { Id = "b", Group = "g", Split = Split.Infer, Shard = 2, Problem = "cannot be read" },
        ],
    };

    [Fact]
    public void FromJson_OfToJson_IsTheSamePlan()
    {
        Plan again = Plan.FromJson(Example.ToJson(), "plan.json");
        Assert.Equal(Example.ToJson(), again.ToJson());
        Assert.Equal(Example.Training, again.Training);
        Assert.Equal(Example.Inference, again.Inference);
        Assert.Equal(Example.Images[1], again.Images[1]);
        Assert.Equal(Example.Images[0].InputStamp, again.Images[0].InputStamp);
        Assert.Equal(Example.Images[0].Input!.Count, again.Images[0].Input!.Count);
        Assert.Equal(Example.Images[0].Target!.ToString(), again.Images[0].Target!.ToString());
    }

    [Fact]
    public void TrainingGroups_AreThoseWithTrainingImages_InOrdinalOrder()
    {
        Assert.Equal(
            ["", "Z", "a", "b"],
            Grouped("b/train", "a/test", "a/train", "Z/train", "/train", "c/validation", "b/train").TrainingGroups());
        Assert.Empty(Grouped("a/test").TrainingGroups());
    }

    [Fact]
    public void OfGroup_LeavesTheOthersOut_AndItsHashKnowsOnlyItsOwnImages()
    {
        Plan plan = Grouped("b/train", "a/test", "b/validation"), ofB = plan.OfGroup("b");
        Assert.Equal(["0", "2"], ofB.Images.Select(image => image.Id));
        Assert.Equal(ofB.ContentSha256(), (plan with { Images = [.. plan.Images.Where(image => image.Group == "b")] }).ContentSha256());
        Assert.Equal(
            ofB.ContentSha256(),
            (plan with { Images = [plan.Images[0], plan.Images[1] with { Cost = 7 }, plan.Images[2]] }).OfGroup("b").ContentSha256());
        Assert.NotEqual(ofB.ContentSha256(), plan.ContentSha256());
    }

    /// <summary>Images 0, 1, ... given as GROUP/SPLIT.</summary>
    private static Plan Grouped(params string[] images) => Example with
    {
        Images =
        [
            .. images.Select(
                (image, i) => new PlannedImage
                {
                    Id = $"{i}",
                    Group = image.Split('/')[0],
                    Split = Enum.Parse<Split>(image.Split('/')[1], ignoreCase: true),
                }),
        ],
    };

    [Fact]
    public void ContentSha256_SharedOutOtherwise_IsTheSame()
    {
        string hash = Example.ContentSha256();
        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.All(Enumerable.Range(1, 9), shards => Assert.Equal(hash, Example.WithShards(shards).ContentSha256()));
    }

    [Fact]
    public void ContentSha256_AnyOtherValueChanged_IsAnother()
    {
        var hashes = new HashSet<string> { Example.ContentSha256() };
        int values = Leaves(JsonNode.Parse(Example.ToJson())!).Count();
        for (int i = 0; i < values; i++)
        {
            JsonNode json = JsonNode.Parse(Example.ToJson())!;
            JsonValue leaf = Leaves(json).ElementAt(i);
            string key = leaf.GetPath()[(leaf.GetPath().LastIndexOf('.') + 1)..];
            if (key == "format")
            {
                continue;
            }
            leaf.ReplaceWith(Changed(key, leaf));
            bool isNew = hashes.Add(Plan.FromJson(json.ToJsonString(), "plan.json").ContentSha256());
            Assert.Equal(key is not ("shards" or "shard" or "manifest" or "length" or "modifiedUtc"), isNew);
        }
        Assert.True(hashes.Count > 40, $"{hashes.Count} values changed the hash");
    }

    [Fact]
    public void FromJson_OlderPlan_HasNoStampsAndDoesNotTellItsManifest()
    {
        JsonNode json = JsonNode.Parse(Example.ToJson())!;
        Assert.True(json["images"]![0]!.AsObject().Remove("inputStamp"));
        Assert.True(json.AsObject().Remove("manifest"));
        Plan older = Plan.FromJson(json.ToJsonString(), "plan.json");
        Assert.Null(older.Images[0].InputStamp);
        Assert.Null(older.Manifest);
        Assert.Equal(Example.ContentSha256(), older.ContentSha256());
    }

    [Fact]
    public void WithShards_NumbersEveryImage_WithinItsKind()
    {
        Plan plan = Example.WithShards(5);
        Assert.Equal((5, 0, 0), (plan.Shards, plan.Images[0].Shard, plan.Images[1].Shard));
    }

    [Fact]
    public void FromJson_AnotherFormat_IsRefused()
    {
        SrBatchException fault = Assert.Throws<SrBatchException>(
            () => Plan.FromJson((Example with { Format = 2 }).ToJson(), "run/plan.json"));
        Assert.Equal(
            "run/plan.json: plan format 2; this srbatch reads format 1. Use a new run folder, or the version that wrote it.",
            fault.Message);
        Assert.Equal(ExitCode.BadManifest, fault.ExitCode);
    }

    [Theory]
    [InlineData("", "damaged or edited in line 1, column 1")]
    [InlineData("""{"format": 1, "colour": 3}""", "damaged or edited in line 1, column 24")]
    public void FromJson_NoPlan_IsRefused(string json, string reason)
    {
        SrBatchException fault = Assert.Throws<SrBatchException>(() => Plan.FromJson(json, "run/plan.json"));
        Assert.Equal(
            $"run/plan.json: not a plan of this version ({reason}). Use a new run folder, or delete this file to plan again.",
            fault.Message);
    }

    private static IEnumerable<JsonValue> Leaves(JsonNode node) => node switch
    {
        JsonObject properties => properties.SelectMany(property => Leaves(property.Value!)),
        JsonArray elements => elements.SelectMany(element => Leaves(element!)),
        JsonValue value => [value],
        _ => [],
    };

    private static JsonValue Changed(string key, JsonValue leaf) => key switch
    {
        "split" => JsonValue.Create("Validation"),
        "loss" => JsonValue.Create("Mse"),
        "schedule" => JsonValue.Create("Constant"),
        "targetIntensity" => JsonValue.Create("Percentiles"),
        "elementType" => JsonValue.Create("Int8"),
        "haloRule" => JsonValue.Create("auto"),
        "output" => JsonValue.Create("input"),
        "modifiedUtc" => JsonValue.Create(leaf.GetValue<DateTime>().AddTicks(1)),
        _ when leaf.TryGetValue(out string? text) => JsonValue.Create(text + "x"),
        _ when leaf.TryGetValue(out long number) => JsonValue.Create(number + 1),
        _ => JsonValue.Create(leaf.GetValue<double>() + 0.5),
    };
}
