using CommandLine;
using SrBatch.Pipelines.Registration;

namespace SrBatch.Worker.Verbs;

[Verb("register", HelpText = "Align input/target pairs to sub-pixel; write aligned HDF5, a manifest, and how far each moved.")]
public sealed class RegisterVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md); targets may be of any size.")]
    public string Manifest { get; set; } = "";

    [Option("out", Required = true, MetaValue = "DIR", HelpText = "Where ID.h5, manifest.json and registration.parquet go; what is done there already stays.")]
    public string Out { get; set; } = "";

    [Option("threads", MetaValue = "N", HelpText = "CPU threads. Default: SLURM_CPUS_PER_TASK, else the cores this process may use.")]
    public int? Threads { get; set; }

    public override IEnumerable<string> Problems() =>
        [.. base.Problems(), .. Threads is < 1 or > 1024 ? [$"--threads is {Threads}; must be 1 to 1024"] : Array.Empty<string>()];

    /// <summary>The options as the pipeline takes them.</summary>
    internal RegisterRequest Request() => new()
    {
        Manifest = Manifest,
        Out = Out,
        Threads = Threads,
    };
}
