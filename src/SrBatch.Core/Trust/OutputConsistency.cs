namespace SrBatch.Core.Trust;

/// <summary>How well a model's outputs explain the inputs that they are made from, when it does what it was trained for.</summary>
public sealed record OutputConsistency
{
    /// <summary>Planes that the limits are from.</summary>
    public required int Planes { get; init; }

    /// <summary>What good planes' 1 - RSP rarely exceeds; see <see cref="HeldOutLimit"/>.</summary>
    public required double UnexplainedLimit { get; init; }

    /// <summary>The same of their largest local contradiction, ordinary deviations.</summary>
    public required double ContradictionLimit { get; init; }

    /// <summary>The same of how far the outputs of all orientations differ, as a share of the contrast; null: not known.</summary>
    public double? DisagreementLimit { get; init; }

    /// <param name="planes">Each with its image: an image's planes resemble each other, it counts once, with its worst.</param>
    /// <returns>Null of none.</returns>
    public static OutputConsistency? Fit(IReadOnlyCollection<(string Image, PlaneConsistency Plane)> planes)
    {
        if (planes.Count == 0)
        {
            return null;
        }
        PlaneConsistency[][] images = [.. planes.GroupBy(plane => plane.Image).Select(image => image.Select(plane => plane.Plane).ToArray())];
        double[] disagreements = [.. images.Select(image => image.Max(plane => plane.Disagreement)).OfType<double>().Select(share => Math.Max(share, 1e-6))];
        return new OutputConsistency
        {
            DisagreementLimit = disagreements.Length == 0 ? null : HeldOutLimit.Of(disagreements),
            Planes = planes.Count,
            UnexplainedLimit = HeldOutLimit.Of([.. images.Select(image => image.Max(plane => plane.Unexplained))]),
            ContradictionLimit = HeldOutLimit.Of([.. images.Select(image => image.Max(plane => Math.Max(plane.Contradiction, 1)))]),
        };
    }
}
