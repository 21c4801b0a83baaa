namespace SrBatch.Tests.Architecture;

/// <summary>Compares texts that users and scripts depend on with approved files. A change must be accepted explicitly.</summary>
internal static class ApprovedFile
{
    private const string Accept = "SRBATCH_APPROVE";

    /// <param name="name">File in tests/SrBatch.Tests/Approved.</param>
    /// <param name="actual">Compared line by line, without blanks at the ends of lines.</param>
    public static void AssertMatches(string name, string actual)
    {
        string path = SourceTree.Tests("Approved", name);
        string[] found = Lines(actual);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, string.Join('\n', found) + "\n");
            return;
        }
        string[] approved = File.Exists(path) ? Lines(File.ReadAllText(path)) : [];
        if (!approved.SequenceEqual(found))
        {
            Assert.Fail($"{name} is not what was approved (- approved, + now):\n{Difference(approved, found)}\n"
                + $"If that is intended, accept it and look at the diff before you commit:\n  {Accept}=1 "
                + "dotnet run --project tests/SrBatch.Tests && git diff tests/SrBatch.Tests/Approved");
        }
    }

    /// <summary>The lines between the first and the last that differ, with those of the other side.</summary>
    internal static string Difference(string[] approved, string[] found)
    {
        int same = approved.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        int rest = Math.Min(approved.Length, found.Length) - same;
        int tail = approved.Reverse().Zip(found.Reverse()).Take(rest).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Join('\n', approved[same..^tail].Select(line => "- " + line).Concat(found[same..^tail].Select(line => "+ " + line)));
    }

    private static string[] Lines(string text) => [.. text.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd())];
}
