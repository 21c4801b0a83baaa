namespace SrBatch.Core.Errors;

/// <summary>
/// An error that the user or the cluster can fix. The message says where it is, what was found, what was expected and what to do.
/// It is printed unchanged, without a stack trace, and the process ends with <see cref="ExitCode"/>.
/// </summary>
public sealed class SrBatchException(ExitCode exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>Reports all problems of a manifest or of the options together, one line each.</summary>
    public static SrBatchException FromProblems(string where, IReadOnlyCollection<string> problems)
    {
        string count = $"{problems.Count} problem{(problems.Count == 1 ? "" : "s")}";
        return new(ExitCode.BadManifest, $"{where}: {count}\n  {string.Join("\n  ", problems)}");
    }
}
