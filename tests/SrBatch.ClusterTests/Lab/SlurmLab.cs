using SrBatch.Tests.EndToEnd;

namespace SrBatch.ClusterTests.Lab;

/// <summary>
/// A real Slurm of two pretended nodes on this machine, all its own: folder, key, ports, names. Partitions main (the default), low, low0 and high, of
/// which high preempts low and low0. Jobs that end with 75 are requeued, those with 76 requeued and held.
/// </summary>
/// <remarks>Ids are those of jobs, <c>17</c>, arrays, <c>17</c>, and tasks of arrays, <c>17_3</c>. No test should rely on time limits: Slurm looks at them every 30 s.</remarks>
internal sealed class SlurmLab : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Labs that start at once would take the same folder and ports.</summary>
    private static readonly Lock Starting = new();

    private readonly LabFolder _folder;
    private readonly SlurmCommands _commands;
    private readonly LabDaemons _daemons;
    private int _disposals;

    private SlurmLab(LabFolder folder)
    {
        _folder = folder;
        _commands = new SlurmCommands(folder.Configuration);
        _daemons = new LabDaemons(folder, _commands);
        Nodes = LabConfiguration.NodesOf(folder);
    }

    public IReadOnlyList<string> Nodes { get; }

    /// <summary>Path of its slurm.conf.</summary>
    public string Configuration => _folder.Configuration;

    /// <summary>Also removes labs whose tests were killed.</summary>
    /// <exception cref="InvalidOperationException">A daemon did not come up; the message has the logs, and nothing of the lab is left.</exception>
    public static SlurmLab Start()
    {
        lock (Starting)
        {
            return StartAlone();
        }
    }

    /// <summary>Submits with sbatch.</summary>
    /// <param name="arguments">Options, script and its arguments. Pass <c>--time</c> and <c>--output</c>.</param>
    /// <returns>The job's or array's id.</returns>
    public string Submit(params string[] arguments) => SubmitIn([], arguments);

    /// <param name="environment">Variables for the script, beside the tests' own.</param>
    public string SubmitIn((string Name, string Value)[] environment, params string[] arguments) => _commands.RunIn(environment, "sbatch", ["--parsable", .. arguments]).Expect();

    /// <summary>Runs any program of Slurm's.</summary>
    public CommandResult Run(string program, params string[] arguments) => _commands.Run(program, arguments);

    /// <param name="id">Of a job or one task.</param>
    public ClusterJob Job(string id) => Assert.Single(Jobs(id));

    /// <summary>A job, or what Slurm tells of an array: a line a task, and one for all that wait for their first start.</summary>
    public IReadOnlyList<ClusterJob> Jobs(string id) => ClusterJob.Parse(_commands.Run("scontrol", "show", "job", id, "-o").Expect());

    /// <summary>Waits for a state, as COMPLETED.</summary>
    public ClusterJob WaitFor(string id, string state, TimeSpan limit) => Assert.Single(WaitFor(id, job => job.State == state, state, limit));

    /// <summary>Waits until the job, or each line of an array, satisfies a condition. Fails with the logs when it does not, and as soon as it has ended otherwise.</summary>
    /// <param name="condition">On what Slurm tells.</param>
    /// <param name="wanted">The condition in words.</param>
    public IReadOnlyList<ClusterJob> WaitFor(string id, Predicate<ClusterJob> condition, string wanted, TimeSpan limit)
    {
        IReadOnlyList<ClusterJob> jobs = [];
        Patience.Until(() => (jobs = Jobs(id)).All(job => condition(job) || job.HasEnded), limit, PollInterval);
        if (!jobs.All(job => condition(job)))
        {
            Assert.Fail($"job {id} is not {wanted} after at most {limit}: {string.Join("\n", jobs)}\n{Logs(jobs)}");
        }
        return jobs;
    }

    /// <summary>Waits until something that the job does has happened. Fails with the logs when it does not, and as soon as the job has ended otherwise.</summary>
    public void WaitUntil(string id, Func<bool> happened, string wanted, TimeSpan limit)
    {
        bool did = false;
        Patience.Until(() => (did = happened()) || Jobs(id).All(job => job.HasEnded), limit, PollInterval);
        if (!did && !happened())
        {
            Assert.Fail($"job {id}: no {wanted} in {limit}\n{string.Join("\n", Jobs(id))}\n{Logs(Jobs(id))}");
        }
    }

    /// <summary>Spares a requeued job, which must be PENDING already, the 6 s that Slurm lets it wait.</summary>
    /// <remarks>A daemon that is still at the end of the last start's step takes the sockets of the next start's away.</remarks>
    public void StartNow(string id)
    {
        string steps = $"slurmstepd: [{Job(id).JobId}.";
        Patience.Until(() => !ProcessTable.WithEnvironment(_commands.EnvironmentMark).Any(process => ProcessTable.CommandOf(process.Id) is [var title, ..] && title.StartsWith(steps, StringComparison.Ordinal)),
            TimeSpan.FromSeconds(20), PollInterval);
        WaitForNextSecond();
        CommandResult update = _commands.Run("scontrol", "update", $"JobId={id}", "StartTime=now");
        // On a busy machine the 6 s are over by now, and it has started by itself.
        if (update.Code != 0 && Job(id).State == "PENDING")
        {
            update.Expect();
        }
    }

    /// <summary>As <see cref="StartNow"/>, of jobs some of which may start by themselves just now.</summary>
    public void TryStartNow(IEnumerable<string> ids)
    {
        WaitForNextSecond();
        foreach (string id in ids)
        {
            _commands.Run("scontrol", "update", $"JobId={id}", "StartTime=now");
        }
    }

    /// <param name="settings">NAME=value, as <c>scontrol update job</c> takes them.</param>
    public void Update(string id, params string[] settings) => _commands.Run("scontrol", ["update", $"JobId={id}", .. settings]).Expect();

    /// <param name="options">Of scancel, say <c>-b -s USR1</c> for a signal to the batch script.</param>
    public void Cancel(string id, params string[] options) => _commands.Run("scancel", [.. options, id]).Expect();

    public void Requeue(string id) => _commands.Run("scontrol", "requeue", id).Expect();

    /// <summary>Lets a job go that was held, by exit code 76 or by hand.</summary>
    public void Release(string id) => _commands.Run("scontrol", "release", id).Expect();

    public void Suspend(string id) => _commands.Run("scontrol", "suspend", id).Expect();

    public void Resume(string id) => _commands.Run("scontrol", "resume", id).Expect();

    /// <param name="node">One of <see cref="Nodes"/>.</param>
    /// <param name="state"><c>down</c> ends its jobs at once, <c>drain</c> lets them run. <see cref="BringBack"/> afterwards.</param>
    public void SetNode(string node, string state) => _commands.Run("scontrol", "update", $"NodeName={node}", $"State={state}", "Reason=test").Expect();

    /// <summary>Waits until a node takes jobs again.</summary>
    public void BringBack(string node)
    {
        string state = "";
        bool IsUp()
        {
            // Refused for a node that has come back by itself, as one that was set down does when its slurmd is heard of again.
            _commands.Run("scontrol", "update", $"NodeName={node}", "State=resume");
            state = _commands.Run("sinfo", "-h", "-N", "-p", "main", "-n", node, "-o", "%T").Expect();
            return state is "idle" or "mixed" or "allocated";
        }
        Assert.True(Patience.Until(IsUp, TimeSpan.FromSeconds(30), PollInterval), $"{node} is {state}\n{Logs([])}");
    }

    /// <param name="id">Of a job or one task.</param>
    /// <returns>In order of their ends.</returns>
    public IReadOnlyList<Attempt> Attempts(string id)
    {
        string job = Job(id).JobId;
        return [.. Attempt.Read(_folder.AttemptLog).Where(attempt => attempt.JobId == job)];
    }

    /// <summary>Processes of srbatch that the lab's jobs have at this moment: supervisors and their children, by process id.</summary>
    /// <param name="id">Null: of all jobs.</param>
    public IReadOnlyList<ProcessIdentity> WorkerProcesses(string? id = null)
    {
        string? ofJob = id is null ? null : $"SLURM_JOB_ID={Job(id).JobId}";
        return
        [
            .. ProcessTable.WithEnvironment(_commands.EnvironmentMark)
                .Where(process => ProcessTable.CommandOf(process.Id) is [var program, ..] && Path.GetFileName(program) == Path.GetFileName(Srbatch.Binary))
                .Where(process => ofJob is null || ProcessTable.EnvironmentOf(process.Id).Contains(ofJob, StringComparer.Ordinal))
                .OrderBy(process => process.Id),
        ];
    }

    /// <summary>Fails when a process of srbatch lives on after the end of its job.</summary>
    /// <remarks>Without control groups Slurm kills only what is still in the job's session.</remarks>
    public void ExpectNoStragglers()
    {
        IReadOnlyList<ProcessIdentity> left = [];
        Patience.Until(() => (left = WorkerProcesses()).Count == 0, TimeSpan.FromSeconds(5), PollInterval);
        Assert.True(left.Count == 0, $"still there after the end of their jobs: {string.Join("; ", left.Select(process => string.Join(' ', ProcessTable.CommandOf(process.Id))))}");
    }

    /// <exception cref="InvalidOperationException">Something of the lab lives on.</exception>
    public void Dispose()
    {
        if (Interlocked.Increment(ref _disposals) > 1)
        {
            return;
        }
        IReadOnlyList<string> left;
        try
        {
            left = _daemons.Stop();
        }
        finally
        {
            _folder.Delete();
        }
        if (left.Count > 0)
        {
            throw new InvalidOperationException($"the tests' own Slurm left behind: {string.Join("; ", left)}");
        }
    }

    private static SlurmLab StartAlone()
    {
        foreach (LabFolder abandoned in LabFolder.Abandoned())
        {
            new SlurmLab(abandoned).Dispose();
        }
        LabFolder folder = LabFolder.Create();
        var lab = new SlurmLab(folder);
        try
        {
            new LabConfiguration(folder, FreePorts.Take(LabConfiguration.NodeCount + 1, seed: Environment.ProcessId)).Write();
            lab._daemons.Start();
            return lab;
        }
        catch (Exception fault)
        {
            string logs = SlurmLog.Tails(folder);
            lab.Dispose();
            throw new InvalidOperationException($"the tests' own Slurm did not start: {fault.Message}\n{logs}", fault);
        }
    }

    /// <summary>In the second in which the attempt before was ended, slurmd refuses the next: "Job 15 already killed, do not launch batch job".</summary>
    private static void WaitForNextSecond() => Thread.Sleep(1020 - TimeProvider.System.GetUtcNow().Millisecond);

    private string Logs(IEnumerable<ClusterJob> jobs) => SlurmLog.Tails(_folder, jobs.Select(job => job.Output).Where(file => file.Length > 0).Distinct());
}
