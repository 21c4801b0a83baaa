namespace SrBatch.Core.Manifests;

/// <summary>Checks an entry, whether it comes from the manifest or from a list of images.</summary>
internal static class EntryRules
{
    public static void Check(ImageEntry entry, List<string> problems)
    {
        string key = entry.Key;
        if ((entry.Id is null) == (entry.Glob is null))
        {
            problems.Add($"{key} has {(entry.Id is null ? "neither id nor glob" : "both id and glob")}; must have one of them");
        }
        if (entry.Id is { } id && !ImageEntry.IsId(id))
        {
            problems.Add(
                $"{key}.id is '{id}'; must be 1 to 200 letters, digits, '.', '-' or '_', not starting with a dot: "
                + "it names the output file");
        }
        if (entry.Id is not null && entry.Input.File is null)
        {
            problems.Add($"{key}.input.file is missing; must name the HDF5 file of '{entry.Id}'");
        }
        if (entry.Glob is not null && entry.Input.File is not null)
        {
            problems.Add($"{key}.input.file is '{entry.Input.File}'; must be absent beside glob, which names the files");
        }
        if (entry.Split != Split.Infer && entry.Target is null)
        {
#pragma warning disable CA1308 // the manifest's own spelling is lower case
            problems.Add($"{key}.target is missing; split {entry.Split.ToString().ToLowerInvariant()} needs one");
#pragma warning restore CA1308
        }
    }
}
