namespace SrBatch.Core.Manifests;

/// <summary>Where a manifest says that an image's pixels are.</summary>
public sealed record DatasetReference
{
    public const string Auto = "auto";

    /// <summary>As written: relative to the manifest's folder, or absolute. Null in an entry with a glob.</summary>
    public string? File { get; init; }

    /// <summary>Path inside the file, or <see cref="Auto"/>.</summary>
    public string Dataset { get; init; } = Auto;

    /// <summary>Any order of some of <c>tczyx</c>, slowest first; null: as the file says, <c>yx</c> for 2-D data.</summary>
    public string? Axes { get; init; }

    /// <summary>Parts of axes to use; axes not named are used whole.</summary>
    public IReadOnlyDictionary<char, AxisRange> Select { get; init; } = new Dictionary<char, AxisRange>();

    /// <summary>The letters an axis may have: time, channel, depth, row, column.</summary>
    public const string AxisLetters = "tczyx";

    /// <summary>Whether <paramref name="axes"/> holds y and x and none but known letters, each once.</summary>
    public static bool AreAxes(string axes) =>
        axes.Contains('y', StringComparison.Ordinal) && axes.Contains('x', StringComparison.Ordinal)
        && axes.All(letter => AxisLetters.Contains(letter, StringComparison.Ordinal)) && axes.Distinct().Count() == axes.Length;
}
