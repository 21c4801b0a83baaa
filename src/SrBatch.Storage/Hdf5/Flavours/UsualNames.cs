namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Names by which datasets are recognised; upper and lower case are alike.</summary>
public static class UsualNames
{
    private static readonly string[] Inputs =
        ["low", "input", "raw", "lr", "wf", "image", "images", "data", "volume", "exported_data"];

    private static readonly string[] Targets = ["high", "target", "gt", "hr", "truth", "clean", "ground_truth"];

    private static readonly string[] Companions = ["icon", "overview", "lut", "luts", "palette", "colormap", "colortable", "histogram"];

    private static readonly string[] CompanionBeginnings = ["thumb", "preview"];

    /// <summary>True for the last name of the path of an input.</summary>
    public static bool IsInput(string path) => Inputs.Contains(LastOf(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>True for the last name of the path of a target.</summary>
    public static bool IsTarget(string path) => Targets.Contains(LastOf(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// True for what accompanies an image, such as a thumbnail or a lookup table, and for what is in a group of such a name.
    /// </summary>
    internal static bool IsCompanion(string path) => path.Split('/').Any(name =>
        Companions.Contains(name, StringComparer.OrdinalIgnoreCase)
        || CompanionBeginnings.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)));

    private static string LastOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
