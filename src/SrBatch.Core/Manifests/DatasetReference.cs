namespace SrBatch.Core.Manifests;

/// <summary>Location of an image's pixels as given in a manifest.</summary>
public sealed record DatasetReference
{
    public const string Auto = "auto";

    /// <summary>As written: relative to the manifest's folder, or absolute. Null in an entry that has a glob.</summary>
    public string? File { get; init; }

    /// <summary>Path inside the file, or <see cref="Auto"/>.</summary>
    public string Dataset { get; init; } = Auto;

    /// <summary>
    /// Some of the letters <c>tczyx</c> in any order, slowest axis first. Null: the axes the file names, or <c>yx</c> for 2-D data.
    /// </summary>
    public string? Axes { get; init; }

    /// <summary>Parts of axes to use. Other axes are used whole.</summary>
    public IReadOnlyDictionary<char, AxisRange> Select { get; init; } = new Dictionary<char, AxisRange>();

    /// <summary>Letters of the axes: time, channel, depth, row, column.</summary>
    public const string AxisLetters = "tczyx";

    /// <summary>What <see cref="AreAxes"/> requires, for messages.</summary>
    public const string AxesMustBe = "must be some of the letters tczyx in the dataset's order, each once, y and x among them";

    /// <summary>Whether <paramref name="axes"/> contains y and x, only known letters, and each letter once.</summary>
    public static bool AreAxes(string axes) =>
        axes.Contains('y', StringComparison.Ordinal) && axes.Contains('x', StringComparison.Ordinal)
        && axes.All(letter => AxisLetters.Contains(letter, StringComparison.Ordinal)) && axes.Distinct().Count() == axes.Length;
}
