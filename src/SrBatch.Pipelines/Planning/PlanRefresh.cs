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
    /// Before inference: reads outdated images again and writes those that have changed into the plan. Their shards stay as planned, and so
    /// does what trainings see of them.
    /// </summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="left">Images that are about to be enhanced.</param>
    /// <returns>These images as they are now. An image that still cannot be read says why.</returns>
    public PlannedImage[] BeforeInference(Plan plan, PlannedImage[] left)
    {
        PlannedImage[] outdated = [.. left.Where(IsOutdated)];
        Reread[] read = [.. ReadAgain(plan, outdated)];
        FrozenPlan.Amend(run, [.. read.Where(image => image.HasChanged && IsUsable(image.Now)).Select(image => image.Now)], context);
        Dictionary<string, PlannedImage> now = read.ToDictionary(image => image.Now.Id, image => image.Now, StringComparer.Ordinal);
        return [.. left.Select(image => now.GetValueOrDefault(image.Id) ?? image)];
    }

    /// <summary>
    /// Before a training: what was found since about the images that it uses, it takes over, unless it has begun. Outdated ones are read
    /// again. What has changed is written into the plan.
    /// </summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="group">Group of the training; null: all images.</param>
    /// <returns>The plan as it is now.</returns>
    public Plan BeforeTraining(Plan plan, string? group)
    {
        PlannedImage[] candidates =
        [
            .. plan.Images.Where(image => image.Split is Split.Train or Split.Validation && (group is null || image.Group == group)
                && (image.Replaces is not null || IsOutdated(image)) && !HasTraining(image)),
        ];
        IEnumerable<PlannedImage> read = ReadAgain(plan, [.. candidates.Where(IsOutdated)])
            .Where(image => (image.HasChanged || image.Now.Replaces is not null) && IsUsable(image.Now))
            .Select(image => image.Now);
        PlannedImage[] changed =
        [
            .. candidates.Where(image => !IsOutdated(image)).Concat(read).Select(image => image with { Replaces = null }),
        ];
        FrozenPlan.Amend(run, changed, context);
        return plan.Amended(changed);
    }

    /// <summary>
    /// Reads every image that is neither done nor used by a training, and the targets of those that are done, and writes what was found
    /// into the plan.
    /// </summary>
    /// <returns>The plan as it is now.</returns>
    public Plan Everything(Plan plan)
    {
        HashSet<string> made = run.ImagesMade();
        PlannedImage[] open =
        [
            .. plan.Images.Where(image =>
                (!made.Contains(image.Id) || IsOutdated(image)) && (image.Split != Split.Train || !HasTraining(image))),
        ];
        Dictionary<string, PlannedImage> done = open.Where(image => made.Contains(image.Id))
            .ToDictionary(image => image.Id, StringComparer.Ordinal);
        PlannedImage[] read =
        [
            .. ReadAgain(plan, open).Select(image => image.Now)
                .Where(image => !done.TryGetValue(image.Id, out PlannedImage? planned) || HasInputOfOutput(planned, image))
                .Select(image => HasTraining(image) ? image : image with { Replaces = null }),
        ];
        FrozenPlan.Amend(run, read, context);
        return plan.Amended(read);
    }

    /// <summary>Whether the input of an image that is done is still as its output was made from; if not, it is reported.</summary>
    private bool HasInputOfOutput(PlannedImage planned, PlannedImage now)
    {
        if (planned.Input is not { } made || now.Input?.Describe() == made.Describe())
        {
            return true;
        }
        Log.Warning(context.Log, $"{now.Id}: {made.File} has changed since its output was made from it. "
            + $"Delete {run.Image(now.Id)} to make it again from the file as it is now.");
        return false;
    }

    private static bool IsUsable(PlannedImage image) => image.Problem is null;

    private static bool IsOutdated(PlannedImage image) => image.Problem is not null
        || IsOutdated(image.Input, image.InputStamp) || IsOutdated(image.Target, image.TargetStamp);

    private static bool IsOutdated(PlannedDataset? dataset, FileStamp? then) =>
        dataset is not null && then is not null && FileStamps.Of(dataset.File) is { } now && now != then;

    private bool HasTraining(PlannedImage image)
    {
        if (!_hasTraining.TryGetValue(image.Group, out bool found))
        {
            _hasTraining[image.Group] = found = run.HasTraining(image.Group);
        }
        return found;
    }

    /// <returns>The images that the manifest still finds. Those that did not change keep all but the stamps.</returns>
    private IEnumerable<Reread> ReadAgain(Plan plan, PlannedImage[] images)
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

    private Reread Newer(Plan plan, PlannedImage planned, PlannedImage found)
    {
        if (Content(planned) == Content(found))
        {
            // A copied file has another time; one of another length has other pixels.
            bool isAnother = planned.InputStamp?.Length != found.InputStamp?.Length
                || planned.TargetStamp?.Length != found.TargetStamp?.Length;
            return new Reread(planned with { InputStamp = found.InputStamp, TargetStamp = found.TargetStamp }, isAnother);
        }
        if (planned.Problem is null && found.Problem is null)
        {
            Log.Warning(context.Log, $"{planned.Id}: {Change(planned, found)}; it is taken as it is now");
        }
        return new Reread(found with { Shard = planned.Shard, Replaces = planned.Replaces ?? planned }, HasChanged: true);

        string Content(PlannedImage image) => (plan with { Images = [image with { Cost = 0, Replaces = null }] }).ContentSha256();
    }

    /// <summary>Says which file has changed, and how if its description tells.</summary>
    private static string Change(PlannedImage planned, PlannedImage found)
    {
        foreach ((PlannedDataset? then, PlannedDataset? now) in ((PlannedDataset?, PlannedDataset?)[])
            [(planned.Input, found.Input), (planned.Target, found.Target)])
        {
            if (then is not null && now is not null && then.Describe() != now.Describe())
            {
                return $"{then.File} has changed since the plan was made, from {then.Describe()} to {now.Describe()}";
            }
        }
        return $"the pixel size, a position or the target in {planned.Input!.File} has changed since the plan was made";
    }

    /// <param name="Now">The image as it is now.</param>
    /// <param name="HasChanged">False if only a file's time differs from the plan's.</param>
    private readonly record struct Reread(PlannedImage Now, bool HasChanged);
}
