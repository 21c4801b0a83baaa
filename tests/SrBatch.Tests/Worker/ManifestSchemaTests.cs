using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;

namespace SrBatch.Tests.Worker;

/// <summary>
/// Checks manifests/manifest.schema.json against the messages of the parser, so that a key, a range or a word that is added to only one of
/// them fails here.
/// </summary>
public class ManifestSchemaTests
{
    private static readonly JsonElement Schema =
        JsonDocument.Parse(File.ReadAllText(ManifestExamplesTests.PathOf("manifest.schema.json"))).RootElement;

    private static readonly string[] Sections = ["model", "training", "inference", "quality"];
    private static readonly string[] Places = ["", "$defs.image", "$defs.dataset", "$defs.select"];

    /// <summary>Each object of the schema, and a manifest with an unknown key in that place.</summary>
    public static TheoryData<string, string> Objects => new()
    {
        { "", """{"unknownKey": 0}""" },
        { "model", """{"images": [], "model": {"unknownKey": 0}}""" },
        { "training", """{"images": [], "training": {"unknownKey": 0}}""" },
        { "inference", """{"images": [], "inference": {"unknownKey": 0}}""" },
        { "quality", """{"images": [], "quality": {"unknownKey": 0}}""" },
        { "$defs.image", """{"images": [{"unknownKey": 0}]}""" },
        { "$defs.dataset", """{"images": [{"input": {"unknownKey": 0}}]}""" },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void Schema_Keys_AreTheParsers(string place, string manifest)
    {
        string message = Problems(manifest).Single(problem => problem.Contains("unknownKey", StringComparison.Ordinal));
        // A key that is read under two names stands twice in the message.
        IEnumerable<string> accepted =
            message[(message.IndexOf("allowed are ", StringComparison.Ordinal) + "allowed are ".Length)..].Split(", ").Distinct();
        Assert.Equal(
            accepted.Order(StringComparer.Ordinal),
            Properties(place).Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.False(Object(place).GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public void Schema_Axes_AreTheParsers()
    {
        Assert.Equal(DatasetReference.AxisLetters, string.Concat(Properties("$defs.select").Select(property => property.Name)));
        Assert.Contains(
            "images[0].input.select.q is not an axis; must be one of t, c, z, y, x",
            Problems("""{"images": [{"input": {"select": {"q": 1}}}]}"""));
    }

    [Fact]
    public void Schema_EveryKey_HasADescription()
    {
        IEnumerable<JsonProperty> all = Places.Concat(Sections).SelectMany(Properties);
        Assert.All(
            all.Where(property => !property.Value.TryGetProperty("$ref", out _)),
            property => Assert.NotEmpty(property.Value.GetProperty("description").GetString()!));
    }

    [Fact]
    public void Schema_Defaults_AreTheOptionsOwn()
    {
        var written = new JsonObject { ["images"] = new JsonArray() };
        foreach (string section in Sections)
        {
            // A default that depends on other keys is described in words. GetProperty throws when any other key has none.
            IEnumerable<JsonProperty> constant = Properties(section).Where(property =>
                !property.Value.GetProperty("description").GetString()!.Contains("Default: ", StringComparison.Ordinal));
            written[section] = new JsonObject(constant.Select(property => KeyValuePair.Create(
                property.Name, (JsonNode?)JsonNode.Parse(property.Value.GetProperty("default").GetRawText()))));
        }
        Manifest parsed = ManifestParser.Parse(written.ToJsonString(), "defaults");

        Assert.Equal(new ModelOptions(), parsed.Model);
        Assert.Equal(new TrainingOptions(), parsed.Training);
        Assert.Equal(new InferenceOptions(), parsed.Inference);
        Assert.Equal(new QualityOptions().Metrics, parsed.Quality.Metrics);
        Assert.Equal(new Manifest().Name, Default("", "name"));
        Assert.Equal(new ImageEntry { Key = "" }.Group, Default("$defs.image", "group"));
        Assert.Equal("infer", Default("$defs.image", "split"));
        Assert.Equal(Split.Infer, new ImageEntry { Key = "" }.Split);
        Assert.Equal(new DatasetReference().Dataset, Default("$defs.dataset", "dataset"));
    }

    [Theory]
    [InlineData("model", "network", "must be one of {0}")]
    [InlineData("training", "loss", "must be one of {0}")]
    [InlineData("training", "schedule", "must be one of {0}")]
    [InlineData("training", "targetIntensity", "must be one of {0}")]
    [InlineData("inference", "output", "must be one of {0}")]
    public void Schema_Words_AreTheParsers(string section, string key, string expected)
    {
        string words = string.Join(", ", Property(section, key).GetProperty("enum").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(
            [$"{section}.{key} is 'unknown'; {string.Format(null, expected, words)}"],
            Problems(With(section, key, "\"unknown\"")));
    }

    [Fact]
    public void Schema_SplitsMetricsAndNumbers_AreTheParsers()
    {
        Assert.Equal(
            ManifestEnums.Splits.Keys,
            Property("$defs.image", "split").GetProperty("enum").EnumerateArray().Select(word => word.GetString()!));
        Assert.Equal(
            QualityOptions.KnownMetrics,
            Property("quality", "metrics").GetProperty("items").GetProperty("enum").EnumerateArray().Select(word => word.GetString()!));
        int[] scales = [.. Property("model", "scale").GetProperty("enum").EnumerateArray().Select(scale => scale.GetInt32())];
        Assert.Equal(scales, Enumerable.Range(-1, 20).Where(scale => !new ModelOptions { Scale = scale }.Problems().Any()));
        int[] orientations =
            [.. Property("inference", "orientations").GetProperty("enum").EnumerateArray().Select(number => number.GetInt32())];
        Assert.Equal(
            orientations,
            Enumerable.Range(-1, 20).Where(number => !new InferenceOptions { Orientations = number }.Problems().Any()));
    }

    [Fact]
    public void Schema_Ranges_AreTheParsers()
    {
        var mismatches = new List<string>();
        int ranges = 0;
        foreach (string section in Sections)
        {
            foreach (JsonProperty property in Properties(section))
            {
                // Where a word such as auto is allowed too, the number is the second alternative.
                JsonElement number = property.Value.TryGetProperty("oneOf", out JsonElement either) ? either[1] : property.Value;
                if (!number.TryGetProperty("minimum", out JsonElement least))
                {
                    continue;
                }
                ranges++;
                string expected =
                    number.TryGetProperty("maximum", out JsonElement most) ? $"{Text(least)} to {Text(most)}" : $"at least {Text(least)}";
                string beginning = $"{section}.{property.Name} is -1; must be ";
                if (!Problems(With(section, property.Name, "-1")).Any(problem =>
                    problem.StartsWith(beginning, StringComparison.Ordinal) && problem.EndsWith(expected, StringComparison.Ordinal)))
                {
                    mismatches.Add($"{section}.{property.Name}: the schema says {expected}");
                }
            }
        }
        Assert.Empty(mismatches);
        Assert.True(ranges > 10, $"only {ranges} ranges were found to compare");
    }

    [Fact]
    public void Schema_PatchMultiple_IsTheParsers()
    {
        int multiple = Property("training", "patch").GetProperty("multipleOf").GetInt32();
        Assert.Equal(
            multiple,
            Enumerable.Range(33, 100).First(patch => !new TrainingOptions { Patch = patch }.Problems(scale: 1).Any()) - 32);
    }

    /// <summary>A bound as messages have it: 1E-09, but all digits of a whole number.</summary>
    private static string Text(JsonElement number) => number.TryGetInt64(out long whole)
        ? whole.ToString(CultureInfo.InvariantCulture)
        : number.GetDouble().ToString(CultureInfo.InvariantCulture);

    private static string With(string section, string key, string value) =>
        $$"""{"images": [], "{{section}}": { "{{key}}": {{value}} } }""";

    private static string[] Problems(string manifest)
    {
        SrBatchException fault = Assert.Throws<SrBatchException>(() => ManifestParser.Parse(manifest, "test"));
        return [.. fault.Message.Split('\n').Skip(1).Select(line => line.Trim())];
    }

    /// <summary>An object of the schema: the whole for "", a definition for "$defs.NAME", else a section.</summary>
    private static JsonElement Object(string place) => place switch
    {
        "" => Schema,
        _ when place.StartsWith("$defs.", StringComparison.Ordinal) => Schema.GetProperty("$defs").GetProperty(place["$defs.".Length..]),
        _ => Schema.GetProperty("properties").GetProperty(place),
    };

    private static JsonProperty[] Properties(string place) => [.. Object(place).GetProperty("properties").EnumerateObject()];

    private static JsonElement Property(string place, string key) => Object(place).GetProperty("properties").GetProperty(key);

    private static string? Default(string place, string key) => Property(place, key).GetProperty("default").GetString();
}
