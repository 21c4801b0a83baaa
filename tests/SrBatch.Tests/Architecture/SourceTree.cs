namespace SrBatch.Tests.Architecture;

/// <summary>The repository that these tests were built from.</summary>
internal static class SourceTree
{
    private static readonly string[] Folders = ["src", "tests"];

    /// <summary>The folder of SrBatch.sln, above the tests' own.</summary>
    public static string Root { get; } = Find();

    public static string Tests(params string[] parts) => Path.Combine([Root, "tests", "SrBatch.Tests", .. parts]);

    /// <summary>Every source file of src and tests, without what builds leave behind; paths from the root.</summary>
    public static IEnumerable<string> Sources() => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Root, file))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
        .Order(StringComparer.Ordinal);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SrBatch.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"no SrBatch.sln above {AppContext.BaseDirectory}; run the tests from where they were built");
    }
}
