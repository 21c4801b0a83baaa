using CommandLine;
using SrBatch.Pipelines.Registration;

namespace SrBatch.Worker.Verbs;

[Verb("register", HelpText = "Align input/target pairs to sub-pixel accuracy; write aligned HDF5, a manifest and a table of shifts.")]
public sealed class RegisterVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md); targets may be of any size.")]
    public string Manifest { get; set; } = "";

    [Option("out", Required = true, MetaValue = "DIR",
        HelpText = "Folder for ID.h5, manifest.json and registration.parquet; finished pairs in it are kept.")]
    public string Out { get; set; } = "";

    [Option("threads", MetaValue = "N", HelpText = "CPU threads. Default: SLURM_CPUS_PER_TASK, else the cores this process may use.")]
    public int? Threads { get; set; }

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (Threads is < 1 or > 1024)
        {
            yield return $"--threads is {Threads}; must be 1 to 1024";
        }
    }

    internal RegisterRequest Request() => new()
    {
        Manifest = Manifest,
        Out = Out,
        Threads = Threads,
    };
}
