using System.Security.Cryptography;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>
/// The work of a run, resolved and frozen in <c>plan.json</c>. All tasks of the run read the same plan; none reads the manifest again.
/// </summary>
public sealed record Plan
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;
    public required string Name { get; init; }

    /// <summary>SHA-256 of the manifest file together with the list named by its <c>imagesFrom</c>, lower-case hex.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>
    /// Path of the manifest: absolute, or relative to the run folder when the manifest is inside it. Null in plans of older versions.
    /// </summary>
    public string? Manifest { get; init; }
    public required int Shards { get; init; }
    public required ModelOptions Model { get; init; }
    public required TrainingOptions Training { get; init; }
    public required InferenceOptions Inference { get; init; }
    public required QualityOptions Quality { get; init; }

    /// <summary>
    /// Absolute paths of the folders that the images' links may point into (subfolders included), the manifest's first. Each image's own
    /// folder is always allowed.
    /// </summary>
    public IReadOnlyList<string> LinkedFolders { get; init; } = [];

    /// <summary>Sorted by id, ordinal.</summary>
    public required IReadOnlyList<PlannedImage> Images { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, PlanJson.Default.Plan);

    /// <param name="json">The file's text.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">Not a plan, or one of another version (exit 78).</exception>
    public static Plan FromJson(string json, string where)
    {
        Plan? plan;
        try
        {
            plan = JsonSerializer.Deserialize(json, PlanJson.Default.Plan);
            if (plan is null || plan.Images.Any(image => image is null))
            {
                throw new JsonException("null in place of the plan or of an image");
            }
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{where}: not a plan of this version (damaged or edited {Place(fault)}). "
                + "Use a new run folder, or delete this file to plan again.",
                fault);
        }
        return plan.Format == CurrentFormat
            ? plan
            : throw new SrBatchException(
                ExitCode.BadManifest,
                $"{where}: plan format {plan.Format}; this srbatch reads format {CurrentFormat}. "
                + "Use a new run folder, or the version that wrote it.");
    }

    private static string Place(JsonException fault) =>
        fault.LineNumber is { } line ? $"in line {line + 1}, column {fault.BytePositionInLine + 1}" : "as a whole";

    /// <summary>
    /// SHA-256, lower-case hex, of everything that affects results. Left out are the shards, the path of the manifest and the times of the
    /// files.
    /// </summary>
    public string ContentSha256()
    {
        Plan bare = this with
        {
            Manifest = null,
            Shards = 0,
            Images = [.. Images.Select(image => image with { Shard = 0, InputStamp = null, TargetStamp = null })],
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(bare, PlanJson.Default.Plan)));
    }

    /// <summary>Groups that have training images, readable or not, in ordinal order. Array tasks number the groups in this order.</summary>
    public IReadOnlyList<string> TrainingGroups() =>
        [.. Images.Where(image => image.Split == Split.Train).Select(image => image.Group).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The plan as it was frozen: without what was found when headers were read again.</summary>
    public Plan AsFrozen() => this with { Images = [.. Images.Select(image => image.Replaces ?? image)] };

    /// <summary>The same plan with other versions of some of its images.</summary>
    public Plan Amended(IEnumerable<PlannedImage> images)
    {
        Dictionary<string, PlannedImage> changed = images.ToDictionary(image => image.Id, StringComparer.Ordinal);
        return this with { Images = [.. Images.Select(image => changed.GetValueOrDefault(image.Id) ?? image)] };
    }

    /// <summary>The images that infer enhances unless it is asked for others: all but those for training.</summary>
    public IEnumerable<PlannedImage> Enhanced() => Images.Where(image => image.Split != Split.Train);

    /// <summary>The same plan with the images of one group only.</summary>
    public Plan OfGroup(string group) => this with { Images = [.. Images.Where(image => image.Group == group)] };

    /// <summary>
    /// The same work divided among <paramref name="shards"/> tasks, by the costs that the plan had at first: tasks of a running array must
    /// all find the same.
    /// </summary>
    public Plan WithShards(int shards)
    {
        var shardOf = new Dictionary<string, int>(Images.Count);
        foreach (IGrouping<bool, PlannedImage> kind in Images.GroupBy(image => image.Split == Split.Train))
        {
            PlannedImage[] images = [.. kind];
            int[] assigned = Sharding.Assign([.. images.Select(image => (image.Replaces ?? image).Cost)], shards);
            for (int i = 0; i < images.Length; i++)
            {
                shardOf[images[i].Id] = assigned[i];
            }
        }
        return this with { Shards = shards, Images = [.. Images.Select(image => image with { Shard = shardOf[image.Id] })] };
    }
}
