namespace SrBatch.Core.Trust;

/// <summary>How well a model's outputs explain their inputs, for images like those it was trained on.</summary>
public sealed record OutputConsistency
{
    /// <summary>Number of planes that the limits were computed from.</summary>
    public required int Planes { get; init; }

    /// <summary>Limit of 1 - RSP that good planes rarely exceed; see <see cref="HeldOutLimit"/>.</summary>
    public required double UnexplainedLimit { get; init; }

    /// <summary>Limit of the largest local contradiction, in multiples of the ordinary deviation.</summary>
    public required double ContradictionLimit { get; init; }

    /// <summary>Limit of the difference between the outputs of all orientations, as a share of the contrast; null: not known.</summary>
    public double? DisagreementLimit { get; init; }

    /// <param name="planes">
    /// Planes and their images. The planes of an image resemble each other, so an image counts once, with its worst plane.
    /// </param>
    /// <returns>Null when there are no planes.</returns>
    public static OutputConsistency? Fit(IReadOnlyCollection<(string Image, PlaneConsistency Plane)> planes)
    {
        if (planes.Count == 0)
        {
            return null;
        }
        PlaneConsistency[][] images =
            [.. planes.GroupBy(plane => plane.Image).Select(image => image.Select(plane => plane.Plane).ToArray())];
        double[] disagreements =
        [
            .. images.Select(image => image.Max(plane => plane.Disagreement)).OfType<double>().Select(share => Math.Max(share, 1e-6)),
        ];
        return new OutputConsistency
        {
            DisagreementLimit = disagreements.Length == 0 ? null : HeldOutLimit.Of(disagreements),
            Planes = planes.Count,
            UnexplainedLimit = HeldOutLimit.Of([.. images.Select(image => image.Max(plane => plane.Unexplained))]),
            ContradictionLimit = HeldOutLimit.Of([.. images.Select(image => image.Max(plane => Math.Max(plane.Contradiction, 1)))]),
        };
    }
}
