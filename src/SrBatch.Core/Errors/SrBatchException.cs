namespace SrBatch.Core.Errors;

/// <summary>
/// A fault that the user or the cluster can mend. The message says where, what was found, what was expected and what to do;
/// it is printed as it stands, without a trace, and the process ends with <see cref="ExitCode"/>.
/// </summary>
public sealed class SrBatchException(ExitCode exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>Everything wrong with a manifest or the options at once, one line a problem.</summary>
    public static SrBatchException FromProblems(string where, IReadOnlyCollection<string> problems) =>
        new(ExitCode.BadManifest, $"{where}: {problems.Count} problem{(problems.Count == 1 ? "" : "s")}\n  " + string.Join("\n  ", problems));
}
