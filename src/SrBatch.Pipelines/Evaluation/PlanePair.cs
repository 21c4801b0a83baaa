using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>A plane of an image and the plane that is its target.</summary>
internal readonly record struct PlanePair(PlannedImage Image, PlaneIndex Input, PlaneIndex Target)
{
    /// <param name="image">One with a target.</param>
    public static IEnumerable<PlanePair> Of(PlannedImage image) =>
        image.Input!.Planes().Zip(image.Target!.Planes(), (input, target) => new PlanePair(image, input, target));
}
