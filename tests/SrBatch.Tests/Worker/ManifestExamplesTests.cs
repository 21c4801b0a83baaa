using System.Text.RegularExpressions;
using SrBatch.Core.Manifests;

namespace SrBatch.Tests.Worker;

/// <summary>What we show as a manifest is one: the files in manifests/, and the whole ones in docs/manifest.md.</summary>
public partial class ManifestExamplesTests
{
    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(PathOf(""), "*.json").Select(file => Path.GetFileName(file))
            .Where(name => name != "manifest.schema.json").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_Parses_AndNamesItsSchema(string name)
    {
        string json = File.ReadAllText(PathOf(name));
        Manifest manifest = ManifestParser.Parse(json, name);
        Assert.NotEqual(new Manifest().Name, manifest.Name);
        Assert.Contains("\"$schema\": \"./manifest.schema.json\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void ManifestInTheDocumentation_Parses()
    {
        string page = File.ReadAllText(Path.Combine(PathOf(".."), "docs", "manifest.md"));
        string[] manifests = [.. JsonBlock().Matches(page).Select(block => block.Groups[1].Value)];
        Assert.NotEmpty(manifests);
        Assert.All(manifests, json => ManifestParser.Parse(json, "docs/manifest.md"));
    }

    /// <summary>A file in manifests/, found from the tests' own folder upwards.</summary>
    internal static string PathOf(string name)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SrBatch.sln")))
        {
            folder =
                Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"no SrBatch.sln above {AppContext.BaseDirectory}");
        }
        return Path.Combine(folder, "manifests", name);
    }

    [GeneratedRegex("^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
