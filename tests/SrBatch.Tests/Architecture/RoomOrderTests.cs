namespace SrBatch.Tests.Architecture;

/// <summary>A room is a folder of <c>src</c>. Rooms use each other in one direction only, and each has few files.</summary>
public class RoomOrderTests
{
    private const int MostFiles = 25, LongestLine = 140;

    /// <summary>Projects from the bottom up; a room uses rooms of its own project and of those that its project may refer to.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["SrBatch.Core"] = [],
        ["SrBatch.Storage"] = ["SrBatch.Core"],
        ["SrBatch.Torch"] = ["SrBatch.Core"],
        ["SrBatch.Pipelines"] = ["SrBatch.Core", "SrBatch.Storage", "SrBatch.Torch"],
        ["SrBatch.Worker"] = ["SrBatch.Core", "SrBatch.Storage", "SrBatch.Pipelines"],
    };

    private static readonly Rooms Rooms = Rooms.Of(SourceTree.Sources().Where(file => file.StartsWith("src/", StringComparison.Ordinal)));

    [Fact]
    public void Rooms_UseEachOther_InOneDirection() => Assert.Empty(Rooms.Circles());

    [Fact]
    public void Rooms_UseOnly_ProjectsBelowTheirs() => Assert.Empty(Rooms.Uses
        .Where(use => Project(use.From) != Project(use.To) && !MayUse[Project(use.From)].Contains(Project(use.To)))
        .Select(use => $"{use.File} uses {use.Type} of {use.To}"));

    [Fact]
    public void Room_HasFewFiles() => Assert.Empty(Rooms.Files
        .GroupBy(Rooms.Of).Where(room => room.Count() > MostFiles)
        .Select(room => $"{room.Key} has {room.Count()} files; must have at most {MostFiles}"));

    [Fact]
    public void SourceFile_HasNoLongLine() => Assert.Empty(SourceTree.Sources()
        .SelectMany(file => File.ReadLines(Path.Combine(SourceTree.Root, file)).Select((line, i) => (file, number: i + 1, line.Length)))
        .Where(found => found.file.StartsWith("src/", StringComparison.Ordinal) && found.Length > LongestLine)
        .Select(found => $"{found.file}:{found.number} has {found.Length} characters; must have at most {LongestLine}"));

    [Fact]
    public void Circles_OfTwoRoomsThatUseEachOther_AreFound()
    {
        Rooms rooms = Rooms.Of(new Dictionary<string, string>
        {
            ["src/P/A/One.cs"] = "using P.B;\nnamespace P.A;\npublic class One { Two two; }\n",
            ["src/P/B/Two.cs"] = "using P.A;\nnamespace P.B;\npublic class Two { /* One in a comment does not count */ }\n",
            ["src/P/B/Three.cs"] = "using P.A;\nnamespace P.B;\ninternal sealed record Three(One One);\n",
        });
        Assert.Equal(["P/A -> P/B: One.cs uses Two; P/B -> P/A: Three.cs uses One"], rooms.Circles());
    }

    private static string Project(string room) => room.Split('/')[0];
}
