using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Scoring;

/// <summary>A plane of an image and the plane of its target; null where the image has no target.</summary>
internal readonly record struct PlanePair(PlannedImage Image, PlaneIndex Input, PlaneIndex? Target)
{
    /// <returns>All planes of an image, in the order of its input.</returns>
    public static IEnumerable<PlanePair> Of(PlannedImage image) => image.Target is null
        ? image.Input!.Planes().Select(input => new PlanePair(image, input, null))
        : image.Input!.Planes().Zip(image.Target.Planes(), (input, target) => new PlanePair(image, input, target));
}
