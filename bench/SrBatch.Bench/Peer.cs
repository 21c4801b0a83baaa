using System.Diagnostics;

namespace SrBatch.Bench;

/// <summary>Runs another program.</summary>
internal static class Peer
{
    /// <returns>Its standard output, and the wall time.</returns>
    /// <exception cref="InvalidOperationException">It failed; its standard error is in the message.</exception>
    public static (string Output, TimeSpan Time) Run(string program, params string[] arguments)
    {
        (string output, _, TimeSpan time) = RunWithErrors(program, arguments);
        return (output, time);
    }

    /// <summary>As <see cref="Run"/>, its standard error as well.</summary>
    public static (string Output, string Errors, TimeSpan Time) RunWithErrors(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        TimeSpan time = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0 ? (output, errors.Result, time) : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
