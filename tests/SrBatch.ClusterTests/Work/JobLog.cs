using System.Text.RegularExpressions;

namespace SrBatch.ClusterTests.Work;

/// <summary>What the logs of jobs say that they did.</summary>
internal static partial class JobLog
{
    /// <summary>Names of images, once for each time that one was done, in all logs of a folder.</summary>
    public static IReadOnlyList<string> ImagesDone(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.log").SelectMany(file => Done().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^\S+ info +(\S+): \d+ planes of ", RegexOptions.Multiline)]
    private static partial Regex Done();
}
