using System.Text.Json;
using SrBatch.Core.Errors;

namespace SrBatch.Core.Manifests;

/// <summary>Reads a manifest's JSON (comments and trailing commas allowed) and reports every problem at once.</summary>
public static class ManifestParser
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    internal static readonly Dictionary<string, Split> Splits = new()
    {
        ["train"] = Split.Train,
        ["validation"] = Split.Validation,
        ["test"] = Split.Test,
        ["infer"] = Split.Infer,
    };

    /// <param name="json">The file's text.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">Exit code 78; one line for each problem.</exception>
    public static Manifest Parse(string json, string where)
    {
        var problems = new List<string>();
        Manifest manifest = new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"the manifest is {ObjectReader.Describe(document.RootElement)}; must be an object");
            }
            else
            {
                manifest = Read(new ObjectReader(document.RootElement, "", problems));
            }
        }
        catch (JsonException fault)
        {
            problems.Add($"not JSON: {fault.Message}");
        }
        return problems.Count == 0 ? manifest : throw SrBatchException.FromProblems(where, problems);
    }

    /// <summary>Reads one line of a JSONL list: an object like those of <c>images</c>.</summary>
    internal static ImageEntry? ParseEntry(string json, string key, List<string> problems)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Lenient);
            return ReadEntry(document.RootElement, key, problems);
        }
        catch (JsonException fault)
        {
            problems.Add($"{key}: not JSON: {fault.Message}");
            return null;
        }
    }

    private static Manifest Read(ObjectReader root)
    {
        var problems = new List<string>();
        string? name = root.Text("name");
        IReadOnlyList<JsonElement>? images = root.Array("images");
        string? imagesFrom = root.Text("imagesFrom");
        IReadOnlyList<string>? linkedFolders = root.Texts("linkedFolders");
        Manifest byDefault = new();
        Manifest manifest = byDefault with
        {
            Name = name ?? byDefault.Name,
            Images = [.. (images ?? []).Select((image, i) => ReadEntry(image, $"images[{i}]", problems)).OfType<ImageEntry>()],
            ImagesFrom = imagesFrom,
            LinkedFolders = linkedFolders ?? [],
            Model = ReadModel(root.Object("model")),
            Training = ReadTraining(root.Object("training")),
            Inference = ReadInference(root.Object("inference")),
            Quality = ReadQuality(root.Object("quality")),
        };
        _ = root.Text("$schema");
        root.RefuseUnknownKeys();
        if (images is null && imagesFrom is null)
        {
            root.Problem("images and imagesFrom are both missing; one must say which images to use");
        }
        foreach (string problem in problems.Concat(manifest.Model.Problems()).Concat(manifest.Training.Problems(manifest.Model.Scale is 1 or 2 or 4 ? manifest.Model.Scale : 1))
            .Concat(manifest.Inference.Problems()).Concat(manifest.Quality.Problems()))
        {
            root.Problem(problem);
        }
        return manifest;
    }

    private static ImageEntry? ReadEntry(JsonElement element, string key, List<string> problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{key} is {ObjectReader.Describe(element)}; must be an object");
            return null;
        }
        var reader = new ObjectReader(element, key, problems);
        var entry = new ImageEntry
        {
            Key = key,
            Id = reader.Text("id"),
            Glob = reader.Text("glob"),
            Group = reader.Text("group") ?? "default",
            Split = reader.Choice("split", Split.Infer, Splits),
            Input = ReadDataset(reader.Object("input")) ?? new DatasetReference(),
            Target = ReadDataset(reader.Object("target")),
        };
        reader.RefuseUnknownKeys();
        EntryRules.Check(entry, problems);
        return entry;
    }

    private static DatasetReference? ReadDataset(ObjectReader? reader)
    {
        if (reader is null)
        {
            return null;
        }
        var reference = new DatasetReference
        {
            File = reader.Text("file"),
            Dataset = reader.Text("dataset") ?? DatasetReference.Auto,
            Axes = reader.Text("axes"),
            Select = ReadSelection(reader.Object("select")),
        };
        if (reference.Axes is { } axes && !DatasetReference.AreAxes(axes))
        {
            reader.Problem($"{reader.Path("axes")} is '{axes}'; must be some of the letters tczyx in the dataset's order, each once, y and x among them");
        }
        reader.RefuseUnknownKeys();
        return reference;
    }

    private static Dictionary<char, AxisRange> ReadSelection(ObjectReader? reader)
    {
        var selection = new Dictionary<char, AxisRange>();
        foreach (JsonProperty property in reader?.Properties() ?? [])
        {
            bool known = property.Name.Length == 1 && DatasetReference.AxisLetters.Contains(property.Name, StringComparison.Ordinal);
            string text = property.Value.ValueKind == JsonValueKind.Number ? property.Value.GetRawText() : property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : "";
            if (!known)
            {
                reader!.Problem($"{reader.Path(property.Name)} is not an axis; must be one of t, c, z, y, x");
            }
            else if (!AxisRange.TryParse(text, out AxisRange range))
            {
                reader!.Problem($"{reader.Path(property.Name)} is {ObjectReader.Describe(property.Value)}; must be an index such as 1 or a range such as \"0:10\"");
            }
            else
            {
                selection[property.Name[0]] = range;
            }
        }
        return selection;
    }

    private static ModelOptions ReadModel(ObjectReader? reader)
    {
        var byDefault = new ModelOptions();
        if (reader is null)
        {
            return byDefault;
        }
        var options = new ModelOptions
        {
            Network = reader.Text("network") ?? byDefault.Network,
            Scale = reader.Integer("scale") ?? byDefault.Scale,
            Features = reader.Integer("features") ?? byDefault.Features,
            Licence = reader.Text("licence") is { Length: > 0 } licence ? licence : null,
            Author = reader.Text("author") is { Length: > 0 } author ? author : null,
        };
        reader.RefuseUnknownKeys();
        return options;
    }

    private static TrainingOptions ReadTraining(ObjectReader? reader)
    {
        var d = new TrainingOptions();
        if (reader is null)
        {
            return d;
        }
        int? checkpointEvery = reader.Integer("checkpointEvery");
        var options = new TrainingOptions
        {
            Steps = reader.Integer("steps") ?? d.Steps,
            Batch = reader.Integer("batch") ?? d.Batch,
            Patch = reader.Integer("patch") ?? d.Patch,
            Structure = reader.Real("structure") ?? d.Structure,
            Loss = reader.Choice("loss", d.Loss, new Dictionary<string, LossKind> { ["gan"] = LossKind.Gan, ["mse"] = LossKind.Mse, ["l1"] = LossKind.L1 }),
            PixelLoss = reader.Choice("pixelLoss", d.PixelLoss, new Dictionary<string, PixelLoss?> { ["mse"] = PixelLoss.Mse, ["l1"] = PixelLoss.L1 }),
            Lambda = reader.Real("lambda"),
            Nu = reader.Real("nu"),
            DiscriminatorEvery = reader.Integer("discriminatorEvery") ?? d.DiscriminatorEvery,
            DiscriminatorStart = reader.Integer("discriminatorStart"),
            LearningRate = reader.Real("learningRate") ?? d.LearningRate,
            DiscriminatorLearningRate = reader.Real("discriminatorLearningRate") ?? d.DiscriminatorLearningRate,
            Schedule = reader.Choice("schedule", d.Schedule, new Dictionary<string, LearningRateSchedule>
            {
                ["oneCycle"] = LearningRateSchedule.OneCycle,
                ["cosine"] = LearningRateSchedule.Cosine,
                ["plateau"] = LearningRateSchedule.Plateau,
                ["constant"] = LearningRateSchedule.Constant,
            }),
            PlateauPatience = reader.Integer("plateauPatience") ?? d.PlateauPatience,
            PlateauFactor = reader.Real("plateauFactor") ?? d.PlateauFactor,
            Patience = reader.Integer("patience") ?? d.Patience,
            GradientClip = reader.Real("gradientClip") ?? d.GradientClip,
            EmaDecay = reader.Real("emaDecay") ?? d.EmaDecay,
            PercentileLow = reader.Real("percentileLow") ?? d.PercentileLow,
            PercentileHigh = reader.Real("percentileHigh") ?? d.PercentileHigh,
            TargetIntensity = reader.Choice("targetIntensity", d.TargetIntensity, new Dictionary<string, TargetIntensity>
            {
                ["regressed"] = TargetIntensity.Regressed,
                ["percentiles"] = TargetIntensity.Percentiles,
            }),
            CheckpointEvery = checkpointEvery ?? d.CheckpointEvery,
            LogEvery = reader.Integer("logEvery") ?? d.LogEvery,
            ValidateEvery = reader.Integer("validateEvery") ?? checkpointEvery ?? d.ValidateEvery,
            Seed = reader.Whole("seed") ?? d.Seed,
        };
        reader.RefuseUnknownKeys();
        return options;
    }

    private static readonly Dictionary<string, HaloRule> HaloRules = new() { ["exact"] = HaloRule.Exact, ["auto"] = HaloRule.Auto };

    private static readonly Dictionary<string, OutputType> OutputTypes = new() { ["float32"] = OutputType.Float32, ["input"] = OutputType.Input };

    private static InferenceOptions ReadInference(ObjectReader? reader)
    {
        if (reader is null)
        {
            return new InferenceOptions();
        }
        var options = new InferenceOptions
        {
            Tile = reader.IntegerOr("tile", "auto"),
            Halo = reader.IntegerOr("halo", HaloRules, out HaloRule haloRule),
            HaloRule = haloRule,
            Batch = reader.IntegerOr("batch", "auto"),
            Orientations = reader.Integer("orientations") ?? 1,
            Output = reader.Choice("output", OutputType.Float32, OutputTypes),
        };
        reader.RefuseUnknownKeys();
        return options;
    }

    private static QualityOptions ReadQuality(ObjectReader? reader)
    {
        if (reader is null)
        {
            return new QualityOptions();
        }
        var d = new QualityOptions();
        var options = new QualityOptions
        {
            Metrics = reader.Texts("metrics") ?? d.Metrics,
            WarnAbove = reader.Real("warnAbove") ?? d.WarnAbove,
            FailAbove = reader.Real("failAbove") ?? d.FailAbove,
        };
        reader.RefuseUnknownKeys();
        return options;
    }
}
