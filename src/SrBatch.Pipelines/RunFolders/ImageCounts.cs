using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>How far a run's images have come, without opening any of them. Images for training do not count.</summary>
/// <param name="Done">Outputs that exist.</param>
/// <param name="Failed">Images whose last attempt failed, and outputs that cannot be read, as an evaluation found.</param>
/// <param name="Left">All others.</param>
internal sealed record ImageCounts(int Done, IReadOnlyList<FailedImage> Failed, IReadOnlyList<PlannedImage> Left)
{
    public static ImageCounts Of(RunFolder run, Plan plan)
    {
        // First what exists: an image that is done meanwhile then counts as left, never as failed.
        HashSet<string> made = run.ImagesMade();
        Dictionary<string, ImageRows> known = ImageRows.Read(run);
        int done = 0;
        var failed = new List<FailedImage>();
        var left = new List<PlannedImage>();
        foreach (PlannedImage image in plan.Images.Where(image => image.Split != Split.Train))
        {
            ImageRows? rows = known.GetValueOrDefault(image.Id);
            bool isMade = made.Contains(image.Id);
            if ((isMade ? Damage(run, image, rows) : rows is { HasFailed: true } ? rows.Newest[0] : null) is { } failure)
            {
                failed.Add(new FailedImage(image.Id, failure.Reasons));
            }
            else if (isMade)
            {
                done++;
            }
            else
            {
                left.Add(image);
            }
        }
        return new ImageCounts(done, failed, left);
    }

    /// <returns>The newest evaluation of the output that is there, if it could not read it.</returns>
    private static QualityRow? Damage(RunFolder run, PlannedImage image, ImageRows? rows)
    {
        QualityRow? newest = rows?.Evaluations.FirstOrDefault()?[0];
        return newest is { IsFailure: true } && newest.OutputChangedAt == OutputPixels.ChangedAt(run.Image(image.Id)) ? newest : null;
    }
}
