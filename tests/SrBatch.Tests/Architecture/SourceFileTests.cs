using System.Text.RegularExpressions;

namespace SrBatch.Tests.Architecture;

public partial class SourceFileTests
{
    private const int MostLines = 300;

    [Fact]
    public void SourceFile_HasOneTopLevelType_NamedAsTheFile()
    {
        IEnumerable<string> wrong = SourceTree.Sources().Select(file => (File: file, Types: TypesOf(file)))
            .Where(
                found => found.Types.Count > 1
                    || (found.Types.Count == 1 && found.Types[0] != Path.GetFileNameWithoutExtension(found.File)))
            .Select(found => $"{found.File}: {string.Join(", ", found.Types)}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void SourceFile_IsShort() => Assert.Empty(SourceTree.Sources()
        .Select(file => (File: file, Lines: File.ReadLines(Path.Combine(SourceTree.Root, file)).Count()))
        .Where(found => found.Lines >= MostLines)
        .Select(found => $"{found.File}: {found.Lines} lines; must be below {MostLines}"));

    [Fact]
    public void TypesOf_Delegates_RecordsAndPartials_AreFound()
    {
        const string source = "public delegate void A(int b);\ninternal sealed partial class B;\n"
            + "public readonly record struct C(int D);\n    private class E\npublic enum F\nfile class G\n";
        Assert.Equal(["A", "B", "C", "F", "G"], TopLevelType().Matches(source).Select(match => match.Groups[1].Value));
    }

    private static List<string> TypesOf(string file) =>
        [
            .. TopLevelType()
                .Matches(File.ReadAllText(Path.Combine(SourceTree.Root, file)))
                .Select(match => match.Groups[1].Value)
                .Distinct(),
        ];

    /// <summary>File-scoped namespaces leave top-level types without indentation.</summary>
    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:class|struct|interface|enum|record class|record struct|record|delegate [\w<>\[\], ?.]+?) (\w+)(?=[\s(<;:{]|$)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
