using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>What to write as axes of an image that does not name them.</summary>
public static class AxesExample
{
    /// <summary>The last letters of <c>tczyx</c>, after those that a pattern numbers.</summary>
    public static string For(DatasetHeader header)
    {
        string numbered = DatasetPattern.Parse(header.Dataset)?.Axes ?? "";
        string others = string.Concat(DatasetReference.AxisLetters.Except(numbered));
        return numbered + others[Math.Max(0, DatasetReference.AxisLetters.Length - header.Shape.Length)..];
    }

    /// <returns>Why an image cannot be read if it has more axes than there are letters; null otherwise.</returns>
    public static string? TooMany(DatasetHeader header) => header.Shape.Length <= DatasetReference.AxisLetters.Length ? null :
        $"{header.File}: dataset '{header.Dataset}' is {header.Shape.Length}-D {header.ElementType.NumpyName()} "
        + $"[{string.Join(", ", header.Shape)}]; at most {DatasetReference.AxisLetters.Length} axes are possible "
        + "(t, c, z, y and x). Write the image anew with at most one axis of each.";
}
