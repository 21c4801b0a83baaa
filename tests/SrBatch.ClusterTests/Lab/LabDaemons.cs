using SrBatch.Tests.EndToEnd;

namespace SrBatch.ClusterTests.Lab;

/// <summary>Starts and stops the daemons of a lab, and leaves nothing of them.</summary>
/// <param name="folder">With the configuration.</param>
/// <param name="commands">Against that configuration.</param>
internal sealed class LabDaemons(LabFolder folder, SlurmCommands commands)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>KILL comes KillWait after TERM, and 1 to 2 s late; the rest is for busy machines.</summary>
    private static readonly TimeSpan EndLimit = LabConfiguration.KillWait + TimeSpan.FromSeconds(15);

    /// <summary>In the order that needs no retries: a slurmd that finds no slurmctld asks again after a whole second.</summary>
    public void Start()
    {
        Daemon munged = Start("munged", "munged", "--foreground", $"--key-file={folder.MungeKey}", $"--socket={folder.MungeSocket}", $"--pid-file={folder.File("run", "munged.pid")}",
            $"--log-file={folder.File("log", "munged.log")}", $"--seed-file={folder.File("run", "munged.seed")}", "--num-threads=4");
        // Without the socket munge itself waits for a second.
        Await(munged, "munged", () => File.Exists(folder.MungeSocket) && commands.Run("munge", "-n", "-S", folder.MungeSocket).Code == 0);

        Daemon slurmctld = Start("slurmctld", "slurmctld", "-D", "-i", "-f", folder.Configuration);
        Await(slurmctld, "slurmctld", () => commands.Run("scontrol", "ping").Output.Contains("is UP", StringComparison.Ordinal));

        IReadOnlyList<string> nodes = LabConfiguration.NodesOf(folder);
        Daemon[] slurmds = [.. nodes.Select(node => Start($"slurmd-{node}", "slurmd", "-D", "-N", node, "-f", folder.Configuration))];
        for (int i = 0; i < nodes.Count; i++)
        {
            Await(slurmds[i], $"slurmd of {nodes[i]}", () => commands.Run("sinfo", "-h", "-N", "-p", "main", "-n", nodes[i], "-o", "%T").Output.Trim() == "idle");
        }
    }

    /// <summary>Ends jobs, daemons and processes that escaped; removes the control groups. Does all it can, also after a start that failed halfway.</summary>
    /// <returns>What could not be ended or removed, for people; nothing when all went well.</returns>
    public IReadOnlyList<string> Stop()
    {
        IReadOnlyList<Daemon> daemons = Daemon.Of(folder); // newest first: slurmd's, slurmctld, munged
        if (daemons.Any(daemon => daemon.IsAlive))
        {
            EndJobs();
        }
        foreach (Daemon daemon in daemons)
        {
            daemon.Stop();
        }
        foreach (ProcessIdentity left in Left())
        {
            left.Signal(SrbatchProcess.Kill);
        }
        Patience.Until(() => !Left().Any(), EndLimit);
        IReadOnlyList<string> groups = [];
        Patience.Until(() => (groups = ControlGroups.Remove(folder.NodePrefix)).Count == 0, TimeSpan.FromSeconds(5));
        return [.. Left().Select(process => $"process {process.Id}: {string.Join(' ', ProcessTable.CommandOf(process.Id))}"), .. groups];
    }

    /// <summary>Jobs' processes and slurmstepd's included.</summary>
    private IEnumerable<ProcessIdentity> Left() => ProcessTable.WithEnvironment(commands.EnvironmentMark);

    private void EndJobs()
    {
        CommandResult jobs = commands.Run("squeue", "-h", "-o", "%A");
        string[] ids = [.. jobs.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        if (jobs.Code != 0 || ids.Length == 0)
        {
            return;
        }
        commands.Run("scancel", ids);
        // Slurm itself would give those that ignore TERM the KillWait.
        foreach (ProcessIdentity process in Left().Where(process => ProcessTable.EnvironmentOf(process.Id).Any(entry => entry.StartsWith("SLURM_JOB_ID=", StringComparison.Ordinal))))
        {
            process.Signal(SrbatchProcess.Kill);
        }
        Patience.Until(() => commands.Run("squeue", "-h", "-t", "R,CG,S", "-o", "%A").Output.Trim().Length == 0, EndLimit, TimeSpan.FromMilliseconds(50));
    }

    private Daemon Start(string name, string program, params string[] arguments) => Daemon.Start(folder, name, commands.Environment, [SlurmPrograms.Find(program), .. arguments]);

    private static void Await(Daemon daemon, string name, Func<bool> isUp)
    {
        bool up = false;
        Patience.Until(() => (up = isUp()) || !daemon.IsAlive, StartLimit);
        if (!up)
        {
            throw new InvalidOperationException($"{name} {(daemon.IsAlive ? $"was not up after {StartLimit}" : "ended at once")}");
        }
    }
}
