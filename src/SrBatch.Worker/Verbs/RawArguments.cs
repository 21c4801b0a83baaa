using System.Text.Unicode;
using SrBatch.Storage.Files;

namespace SrBatch.Worker.Verbs;

/// <summary>The command line, as bytes, and the current folder. .NET replaces bytes that are not UTF-8, so that a path would name another file.</summary>
internal static class RawArguments
{
    /// <returns>One line for each argument that is not UTF-8.</returns>
    public static IEnumerable<string> Problems() => Problems(Read()).Concat(ProblemOfFolder());

    /// <param name="commandLine">The arguments, each followed by a zero byte.</param>
    internal static IEnumerable<string> Problems(byte[] commandLine)
    {
        int start = 0;
        while (start < commandLine.Length)
        {
            int end = Array.IndexOf(commandLine, (byte)0, start) is var found and >= 0 ? found : commandLine.Length;
            byte[] argument = commandLine[start..end];
            if (!Utf8.IsValid(argument))
            {
                yield return $"the argument '{OddName.Escape(argument)}' is not UTF-8; srbatch cannot open such a path. "
                    + "Rename the file or folder, e.g. with convmv -f latin1 -t utf8 --notest.";
            }
            start = end + 1;
        }
    }

    /// <summary>Relative paths below such a folder would name others.</summary>
    private static IEnumerable<string> ProblemOfFolder()
    {
        string folder;
        try
        {
            folder = Environment.CurrentDirectory;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // it was deleted: what needs it says so
        }
        return folder.Contains('\uFFFD', StringComparison.Ordinal) && !Directory.Exists(folder)
            ? [$"the name of the current folder, {folder}, is not UTF-8; start srbatch in another folder, or rename this one"]
            : [];
    }

    private static byte[] Read()
    {
        try
        {
            return File.ReadAllBytes("/proc/self/cmdline");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // /proc is not mounted: nothing can be told
        }
    }
}
