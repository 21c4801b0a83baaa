using CommandLine;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Verbs;

/// <summary>Options of the verbs that run a network.</summary>
public abstract class ComputeVerbOptions : VerbOptions
{
    /// <summary>The run folder.</summary>
    public abstract string Run { get; set; }

    [Option("device", Default = "auto", MetaValue = "auto|cpu|cuda|cuda:N",
        HelpText = "Where the network runs; auto uses a GPU if there is one.")]
    public string Device { get; set; } = "auto";

    [Option("precision", Default = "auto", MetaValue = "auto|fp32|bf16",
        HelpText = "Arithmetic of the network; auto uses bf16 where it is faster and costs no quality.")]
    public string Precision { get; set; } = "auto";

    [Option("threads", MetaValue = "N",
        HelpText = "CPU threads of the network. Default: SLURM_CPUS_PER_TASK, else the cores this process may use.")]
    public int? Threads { get; set; }

    [Option("stage", MetaValue = "DIR",
        HelpText = "Folder on a disk of this node, such as $TMPDIR: inputs are copied there once and read from there, outputs are made "
            + "there. Results are the same.")]
    public string? Stage { get; set; }

    [Option("max-restarts", Default = 10, MetaValue = "N",
        HelpText = "How many restarts of the Slurm job in a row may make no progress; after that srbatch ends with exit code 76 and "
            + "Slurm holds the job.")]
    public int MaxRestarts { get; set; } = 10;

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (Precision is not ("auto" or "fp32" or "bf16"))
        {
            yield return $"--precision is '{Precision}'; must be auto, fp32 or bf16";
        }
        if (MaxRestarts < 0)
        {
            yield return $"--max-restarts is {MaxRestarts}; must be 0 or more";
        }
        if (Threads is < 1 or > 1024)
        {
            yield return $"--threads is {Threads}; must be 1 to 1024";
        }
    }

    /// <summary>The name of the verb in <c>restarts/VERB-JOB.json</c>.</summary>
    internal abstract string Name { get; }

    internal ComputeRequest Compute() => new()
    {
        Device = Device,
        Precision = Precision,
        Threads = Threads,
        Stage = Stage,
        MaxRestarts = MaxRestarts,
    };
}
