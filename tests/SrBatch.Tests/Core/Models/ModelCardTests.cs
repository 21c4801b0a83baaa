using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Training;
using SrBatch.Core.Trust;
using SrBatch.Tests.Architecture;

namespace SrBatch.Tests.Core.Models;

public class ModelCardTests
{
    internal static readonly ModelCard Example = new()
    {
        Name = "night",
        Group = "actin",
        Model = new ModelOptions { Scale = 2, Licence = "CC-BY-4.0", Author = "A. Nonymous" },
        Training = new TrainingOptions { PercentileLow = 1, PercentileHigh = 99 },
        Schedule = [new ScheduleSegment(SegmentKind.Begun, 0, 3, 3)],
        ReceptiveField = 137,
        Halo = new MeasuredHalo(48, 0.0004),
        Stride = 16,
        PixelSizeUm = 0.1,
        TrainingImages = ["a", "b"],
        SkippedImages = ["c"],
        TrainingPlanes = 6,
        TrainingPixels = 600,
        Step = 3,
        TrainedIn = "bf16",
        Bf16CostDb = 0.01,
        Init = new ModelInit { Name = "beads", Group = "g", Step = 9, Sha256 = "01", Carried = 1, Arrays = 2, Fresh = ["last.bias"] },
        ValidationPsnrDb = 20.5,
        ValidationSsim = 0.5,
        ValidationGroups = [new GroupScores("actin", 2, 20.5, 0.5)],
        Inputs = new InputDistribution
        {
            Kinds = [new InputKind { Group = "actin", Channel = 1, Planes = 6, HeldOut = 2, DistanceLimit = 1.5, FeatureLimit = 4.5 }],
        },
        Outputs = new OutputConsistency { Planes = 6, UnexplainedLimit = 0.1, ContradictionLimit = 9.5, DisagreementLimit = 0.05 },
        PlanSha256 = "23",
        Version = "1",
    };

    [Fact]
    public void FromMetadata_OfToJson_IsTheSameCard()
    {
        ModelCard again = ModelCard.FromMetadata(new Dictionary<string, string> { [ModelCard.MetadataKey] = Example.ToJson() }, "a");
        Assert.Equal(Example.ToJson(), again.ToJson());
        Assert.Equal(Example.Training, again.Training);
        Assert.Equal((1.0, 99.0), (again.PercentileLow, again.PercentileHigh));
        JsonNode json = JsonNode.Parse(Example.ToJson())!;
        Assert.Equal(
            ["gan", "oneCycle", "regressed"],
            ((string[])["loss", "schedule", "targetIntensity"]).Select(key => (string?)json["training"]![key]));
    }

    [Fact]
    public void FromMetadata_OfToJson_KeepsTheMeasuredHalo()
    {
        static MeasuredHalo? Again(ModelCard card) =>
            ModelCard.FromMetadata(new Dictionary<string, string> { [ModelCard.MetadataKey] = card.ToJson() }, "a").Halo;
        Assert.Equal(new MeasuredHalo(48, 0.00025), Again(Example with { Halo = new MeasuredHalo(48, 0.00025) }));
        Assert.Null(Again(Example with { Halo = null }));
    }

    [Fact]
    public void FromMetadata_OfToJson_KeepsTheSegmentsOfTheSchedule()
    {
        ScheduleSegment[] segments = [new(SegmentKind.Begun, 0, 100, 600), new(SegmentKind.Anneal, 100, 320, 220)];
        string json = (Example with { Schedule = segments }).ToJson();
        Assert.Equal(
            """[{"kind":"begun","after":0,"through":100,"steps":600},{"kind":"anneal","after":100,"through":320,"steps":220}]""",
            JsonNode.Parse(json)!["schedule"]!.ToJsonString());
        ModelCard again = ModelCard.FromMetadata(new Dictionary<string, string> { [ModelCard.MetadataKey] = json }, "a");
        Assert.Equal(segments, again.Schedule);
        Assert.DoesNotContain("through", (Example with { Schedule = null }).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryKey_IsInTheDocumentation()
    {
        string[] documented =
        [
            .. File.ReadLines(Path.Combine(SourceTree.Root, "docs", "model-card.md"))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(line => line.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1)),
        ];
        // The keys of training are the manifest's; docs/manifest.md has them.
        string[] keys =
        [
            .. Keys(JsonNode.Parse(Example.ToJson())!.AsObject(), "").Where(key => !key.StartsWith("training.", StringComparison.Ordinal)),
        ];
        Assert.Equal(keys.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FromMetadata_NoCardOrAnotherVersions_SaysSo()
    {
        static string Message(params KeyValuePair<string, string>[] metadata)
        {
            SrBatchException fault = Assert.Throws<SrBatchException>(
                () => ModelCard.FromMetadata(new Dictionary<string, string>(metadata), "m.safetensors"));
            Assert.Equal(ExitCode.ImagesFailed, fault.ExitCode);
            return fault.Message;
        }
        Assert.Equal("m.safetensors: no 'srbatch' entry in its metadata; expected a model or checkpoint written by srbatch.", Message());
        Assert.StartsWith(
            "m.safetensors: its 'srbatch' entry is not a model card of this version (",
            Message(new KeyValuePair<string, string>("srbatch", """{"name": "a"}""")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_ThousandsOfImages_StaysFarBelowAHeadersLimit()
    {
        ModelCard card = Example with { TrainingImages = [.. Enumerable.Range(0, 100_000).Select(i => $"night_2026-11-23_plate-{i:D6}")] };
        Assert.InRange(card.ToJson().Length, 1_000_000, 4_000_000); // safetensors allows 100 MB
    }

    private static IEnumerable<string> Keys(JsonNode node, string prefix) => node switch
    {
        JsonObject map => map.SelectMany(property => property.Value is JsonObject
            || (property.Value is JsonArray { Count: > 0 } array && array[0] is JsonObject)
            ? Keys(property.Value!, $"{prefix}{property.Key}.").Prepend(prefix + property.Key)
            : [prefix + property.Key]),
        JsonArray array => Keys(array[0]!, prefix),
        _ => [],
    };
}
