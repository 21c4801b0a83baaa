using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SrBatch.Pipelines.Planning;

namespace SrBatch.Worker.Cluster;

/// <summary>Asks Slurm, if it is here, what it allows.</summary>
internal static partial class SlurmSite
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static SubmitSite Read()
    {
        string folder = AppContext.BaseDirectory;
        var site = new SubmitSite { Command = Environment.ProcessPath ?? "srbatch", Scripts = Path.Combine(folder, "slurm") };
        string partitions = Ask("sinfo", "--noheader", "--format=%P %l %G");
        Match most = MaxArraySize().Match(Ask("scontrol", "show", "config"));
        return site with
        {
            MostArrayTasks = most.Success ? Number(most.Groups[1].Value) : site.MostArrayTasks,
            MostMinutes = Minutes(DefaultPartition().Match(partitions).Groups[1].Value),
            GpuOption = GpuOption(partitions),
        };
    }

    /// <param name="partitions">Lines of sinfo: name, time limit, generic resources. The default partition has a star.</param>
    /// <returns>See <see cref="SubmitSite.GpuOption"/>.</returns>
    internal static string? GpuOption(string partitions)
    {
        string[] names = [.. GpuPartition().Matches(partitions).Select(line => line.Groups[1].Value)];
        return names switch
        {
            [] => null,
            _ when names.Any(name => name.EndsWith('*')) => "--gres=gpu:1",
            [var first, ..] => $"--partition={first} --gres=gpu:1",
        };
    }

    /// <summary>Parses a time limit of Slurm.</summary>
    /// <param name="limit">[D-]H:M:S, M:S, or a word such as <c>infinite</c>.</param>
    /// <returns>Null if there is no limit, or it is not known.</returns>
    internal static int? Minutes(string limit) => TimeLimit().Match(limit) is { Success: true } parts
        ? (((Number(parts.Groups[1].Value) * 24) + Number(parts.Groups[2].Value)) * 60) + Number(parts.Groups[3].Value)
        : null;

    private static int Number(string digits) => digits.Length == 0 ? 0 : int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <returns>What the program prints; empty if it is not here, fails, or does not answer soon.</returns>
    private static string Ask(string program, params string[] arguments)
    {
        try
        {
            using Process asked = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> answer = asked.StandardOutput.ReadToEndAsync();
            if (!answer.Wait(Patience))
            {
                asked.Kill();
                return "";
            }
            return answer.Result;
        }
        catch (Exception fault) when (fault is Win32Exception or IOException or AggregateException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"^MaxArraySize\s*=\s*(\d{1,9})\s*$", RegexOptions.Multiline)]
    private static partial Regex MaxArraySize();

    /// <summary>The default partition has a star.</summary>
    [GeneratedRegex(@"^\S+\* (\S+)", RegexOptions.Multiline)]
    private static partial Regex DefaultPartition();

    /// <summary>Resources are such as <c>gpu:a100:4(S:0-1)</c>, after a comma or alone.</summary>
    [GeneratedRegex(@"^(\S+) \S+ (?:\S*,)?gpu(?:[:(,].*|\s*)$", RegexOptions.Multiline)]
    private static partial Regex GpuPartition();

    [GeneratedRegex(@"^(?:(\d{1,4})-)?(?:(\d{1,4}):)?(\d{1,2}):\d{2}$")]
    private static partial Regex TimeLimit();
}
