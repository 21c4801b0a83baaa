using System.Diagnostics;

namespace SrBatch.Tests.Storage;

/// <summary>Runs the other programs that our files must agree with.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a script with the system's Python, which has h5py.</summary>
    /// <returns>What it printed, trimmed.</returns>
    public static string Python(string script, params string[] arguments) => Run("/usr/bin/python3", ["-c", script, .. arguments]);

    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {error.Result}{output}");
        return output.Trim();
    }
}
