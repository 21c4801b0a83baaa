using System.Text.Json;
using SrBatch.Core.Errors;

namespace SrBatch.Core.Manifests;

/// <summary>Reads a manifest's JSON (comments and trailing commas allowed) and reports every problem at once.</summary>
public static class ManifestParser
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <param name="json">The file's text.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">The manifest has problems (exit 78); the message has one line for each.</exception>
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
            problems.Add(JsonMistake.Describe(fault, json));
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
            problems.Add($"{key}: {JsonMistake.Describe(fault, json)}");
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
        // An invalid scale is reported by the model's options alone.
        int scale = manifest.Model.Scale is 1 or 2 or 4 ? manifest.Model.Scale : 1;
        foreach (string problem in (IEnumerable<string>)[
            .. problems,
            .. manifest.Model.Problems(),
            .. manifest.Training.Problems(scale),
            .. manifest.Inference.Problems(),
            .. manifest.Quality.Problems()])
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
            Split = reader.Choice("split", Split.Infer, ManifestEnums.Splits),
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
            reader.Problem($"{reader.Path("axes")} is '{axes}'; {DatasetReference.AxesMustBe}");
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
            string text = property.Value.ValueKind switch
            {
                JsonValueKind.Number => property.Value.GetRawText(),
                JsonValueKind.String => property.Value.GetString()!,
                _ => "",
            };
            if (!known)
            {
                reader!.Problem($"{reader.Path(property.Name)} is not an axis; must be one of t, c, z, y, x");
            }
            else if (!AxisRange.TryParse(text, out AxisRange range))
            {
                string found = ObjectReader.Describe(property.Value);
                reader!.Problem($"{reader.Path(property.Name)} is {found}; must be an index such as 1 or a range such as \"0:10\"");
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
        var byDefault = new TrainingOptions();
        if (reader is null)
        {
            return byDefault;
        }
        int? checkpointEvery = reader.Integer("checkpointEvery");
        var options = new TrainingOptions
        {
            Steps = reader.Integer("steps") ?? byDefault.Steps,
            Batch = reader.Integer("batch") ?? byDefault.Batch,
            Patch = reader.Integer("patch") ?? byDefault.Patch,
            Structure = reader.Real("structure") ?? byDefault.Structure,
            Loss = reader.Choice("loss", byDefault.Loss, ManifestEnums.Losses),
            PixelLoss = reader.Choice("pixelLoss", byDefault.PixelLoss, ManifestEnums.PixelLosses),
            Lambda = reader.Real("lambda"),
            Nu = reader.Real("nu"),
            DiscriminatorEvery = reader.Integer("discriminatorEvery") ?? byDefault.DiscriminatorEvery,
            DiscriminatorStart = reader.Integer("discriminatorStart"),
            LearningRate = reader.Real("learningRate") ?? byDefault.LearningRate,
            DiscriminatorLearningRate = reader.Real("discriminatorLearningRate") ?? byDefault.DiscriminatorLearningRate,
            Schedule = reader.Choice("schedule", byDefault.Schedule, ManifestEnums.Schedules),
            PlateauPatience = reader.Integer("plateauPatience") ?? byDefault.PlateauPatience,
            PlateauFactor = reader.Real("plateauFactor") ?? byDefault.PlateauFactor,
            Patience = reader.Integer("patience") ?? byDefault.Patience,
            GradientClip = reader.Real("gradientClip") ?? byDefault.GradientClip,
            EmaDecay = reader.Real("emaDecay") ?? byDefault.EmaDecay,
            PercentileLow = reader.Real("percentileLow") ?? byDefault.PercentileLow,
            PercentileHigh = reader.Real("percentileHigh") ?? byDefault.PercentileHigh,
            TargetIntensity = reader.Choice("targetIntensity", byDefault.TargetIntensity, ManifestEnums.TargetIntensities),
            CheckpointEvery = checkpointEvery ?? byDefault.CheckpointEvery,
            LogEvery = reader.Integer("logEvery") ?? byDefault.LogEvery,
            ValidateEvery = reader.Integer("validateEvery") ?? checkpointEvery ?? byDefault.ValidateEvery,
            Seed = reader.Whole("seed") ?? byDefault.Seed,
        };
        reader.RefuseUnknownKeys();
        return options;
    }

    private static InferenceOptions ReadInference(ObjectReader? reader)
    {
        if (reader is null)
        {
            return new InferenceOptions();
        }
        var options = new InferenceOptions
        {
            Tile = reader.IntegerOr("tile", "auto"),
            Halo = reader.IntegerOr("halo", ManifestEnums.HaloRules, out HaloRule haloRule),
            HaloRule = haloRule,
            Batch = reader.IntegerOr("batch", "auto"),
            Orientations = reader.Integer("orientations") ?? 1,
            Output = reader.Choice("output", OutputType.Float32, ManifestEnums.OutputTypes),
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
        var byDefault = new QualityOptions();
        var options = new QualityOptions
        {
            Metrics = reader.Texts("metrics") ?? byDefault.Metrics,
            WarnAbove = reader.Real("warnAbove") ?? byDefault.WarnAbove,
            FailAbove = reader.Real("failAbove") ?? byDefault.FailAbove,
        };
        reader.RefuseUnknownKeys();
        return options;
    }
}
