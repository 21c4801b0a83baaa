using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.Planning;

/// <summary>
/// Reads headers again: of images whose header could not be read when the plan was made, and of images whose file has changed since.
/// All else in the plan stays as it is.
/// </summary>
/// <param name="manifestPath">The manifest that the plan was made from.</param>
/// <param name="run">Folder of the plan.</param>
/// <param name="context">The world outside.</param>
internal sealed class PlanRefresh(string manifestPath, RunFolder run, RunContext context)
{
    private readonly Dictionary<string, bool> _hasTraining = new(StringComparer.Ordinal);

    /// <summary>
    /// Before inference: reads outdated images again and writes what was found into the plan. Their shards and costs, by which tasks divide
    /// the work, stay as planned; so does what trainings see of them.
    /// </summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="left">Images that are about to be enhanced.</param>
    /// <returns>These images as they are now. An image that still cannot be read says why.</returns>
    public PlannedImage[] BeforeInference(Plan plan, PlannedImage[] left)
    {
        PlannedImage[] outdated = [.. left.Where(IsOutdated)];
        Dictionary<string, PlannedImage> planned = outdated.ToDictionary(image => image.Id, StringComparer.Ordinal);
        PlannedImage[] read =
        [
            .. Reread(plan, outdated).Select(image => image with { Replaces = image.Replaces ?? planned[image.Id] }),
        ];
        FrozenPlan.Amend(run, [.. read.Where(IsUsable).Select(image => image with { Cost = planned[image.Id].Cost })], context);
        Dictionary<string, PlannedImage> now = read.ToDictionary(image => image.Id, StringComparer.Ordinal);
        return [.. left.Select(image => now.GetValueOrDefault(image.Id) ?? image)];
    }

    /// <summary>
    /// Before a training: what was found since about the images that it uses, it takes over, unless it has begun. Outdated ones are read
    /// again. All is written into the plan.
    /// </summary>
    /// <returns>The plan as it is now.</returns>
    public Plan BeforeTraining(Plan plan)
    {
        PlannedImage[] candidates =
        [
            .. plan.Images.Where(image => image.Split is Split.Train or Split.Validation
                && (image.Replaces is not null || IsOutdated(image)) && !HasTraining(image)),
        ];
        IEnumerable<PlannedImage> read = Reread(plan, [.. candidates.Where(IsOutdated)]).Where(IsUsable);
        PlannedImage[] changed =
        [
            .. candidates.Where(image => !IsOutdated(image)).Concat(read).Select(image => image with { Replaces = null }),
        ];
        FrozenPlan.Amend(run, changed, context);
        return plan.Amended(changed);
    }

    /// <summary>Reads every image that is neither done nor used by a training, and writes what was found into the plan.</summary>
    /// <returns>The plan as it is now.</returns>
    public Plan Everything(Plan plan)
    {
        HashSet<string> made = run.ImagesMade();
        PlannedImage[] open =
        [
            .. plan.Images.Where(image => !made.Contains(image.Id) && (image.Split != Split.Train || !HasTraining(image))),
        ];
        Dictionary<string, PlannedImage> planned = open.ToDictionary(image => image.Id, StringComparer.Ordinal);
        PlannedImage[] read =
        [
            .. Reread(plan, open).Select(image => image with
            {
                Replaces = HasTraining(image) ? image.Replaces ?? planned[image.Id] : null,
            }),
        ];
        FrozenPlan.Amend(run, read, context);
        return plan.Amended(read);
    }

    private static bool IsUsable(PlannedImage image) => image.Problem is null;

    private static bool IsOutdated(PlannedImage image) => image.Problem is not null
        || (image is { Input: { } input, InputStamp: { } then } && FileStamps.Of(input.File) is { } now && now != then);

    private bool HasTraining(PlannedImage image)
    {
        if (!_hasTraining.TryGetValue(image.Group, out bool found))
        {
            _hasTraining[image.Group] = found = run.HasTraining(image.Group);
        }
        return found;
    }

    /// <returns>The images that the manifest still finds, as they are now. Those that did not change keep all but the stamp.</returns>
    private IEnumerable<PlannedImage> Reread(Plan plan, PlannedImage[] images)
    {
        if (images.Length == 0)
        {
            return [];
        }
        ManifestFile manifest = ManifestFile.Read(manifestPath, context.Time);
        HashSet<string> ids = [.. images.Select(image => image.Id)];
        Dictionary<string, PlannedImage> found = manifest.Resolve(context, ids)
            .DistinctBy(image => image.Entry.Id)
            .ToDictionary(image => image.Entry.Id!, image => Planner.PlanImage(image, manifest.Manifest), StringComparer.Ordinal);
        return images.Where(image => found.ContainsKey(image.Id)).Select(image => Newer(plan, image, found[image.Id]));
    }

    private PlannedImage Newer(Plan plan, PlannedImage planned, PlannedImage found)
    {
        if (Content(planned) == Content(found))
        {
            return planned with { InputStamp = found.InputStamp };
        }
        if (planned.Problem is null && found.Input is not null)
        {
            Log.Warning(context.Log, $"{planned.Id}: {planned.Input!.File} has changed since the plan was made, "
                + $"from {planned.Input!.Describe()} to {found.Input.Describe()}; it is taken as it is now");
        }
        return found with { Shard = planned.Shard, Replaces = planned.Replaces };

        string Content(PlannedImage image) => (plan with { Images = [image with { Replaces = null }] }).ContentSha256();
    }
}
