using System.Diagnostics;

namespace SrBatch.ClusterTests.Lab;

/// <summary>Runs Slurm's programs against one configuration, whatever other Slurm the machine or the environment knows of.</summary>
/// <param name="configuration">Path of slurm.conf.</param>
internal sealed class SlurmCommands(string configuration)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Those of variables that name another Slurm, change what its programs do or print, or would reach the jobs.</summary>
    private static readonly string[] RemovedPrefixes = ["SLURM", "SBATCH_", "SRUN_", "SALLOC_", "SQUEUE_", "SINFO_", "SCANCEL_", "SCONTROL_", "SRBATCH_"];

    /// <summary>Ours without what concerns another Slurm.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; } = CleanEnvironment(configuration);

    /// <summary>What tells a process of this lab from others: all daemons, jobs and commands have it.</summary>
    public string EnvironmentMark => $"SLURM_CONF={configuration}";

    public CommandResult Run(string program, params string[] arguments) => RunIn([], program, arguments);

    /// <param name="variables">Added to <see cref="Environment"/>.</param>
    public CommandResult RunIn((string Name, string Value)[] variables, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(SlurmPrograms.Find(program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach ((string name, string? value) in Environment)
        {
            start.Environment[name] = value;
        }
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        string command = $"{program} {string.Join(' ', arguments)}";
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            Assert.Fail($"{command} did not end in {Limit}");
        }
        return new CommandResult(command, process.ExitCode, output.Result, errors.Result);
    }

    private static Dictionary<string, string?> CleanEnvironment(string configuration)
    {
        var variables = new Dictionary<string, string?>(new ProcessStartInfo().Environment, StringComparer.Ordinal);
        foreach (string name in variables.Keys.Where(name => RemovedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))).ToArray())
        {
            variables.Remove(name);
        }
        variables["SLURM_CONF"] = configuration;
        variables.TryAdd("PATH", "/usr/local/bin:/usr/bin:/bin");
        return variables;
    }
}
