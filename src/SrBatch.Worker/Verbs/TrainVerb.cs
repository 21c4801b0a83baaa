using CommandLine;
using SrBatch.Pipelines.Training;

namespace SrBatch.Worker.Verbs;

[Verb("train", HelpText = "Train a model; continues from the newest checkpoint.")]
public sealed class TrainVerb : ComputeVerbOptions
{
    internal override string Name => "train";

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder; created if missing.")]
    public override string Run { get; set; } = "";

    [Option("steps", MetaValue = "N", HelpText = "Instead of the manifest's training.steps.")]
    public int? Steps { get; set; }

    [Option("seed", MetaValue = "S", HelpText = "Instead of the manifest's training.seed.")]
    public long? Seed { get; set; }

    [Option("group", MetaValue = "NAME",
        HelpText = "Train only on the images of this group, into RUN/groups/NAME. Default: one model for all images.")]
    public string? Group { get; set; }

    [Option("group-of-task", HelpText = "In a job array: train on group number SLURM_ARRAY_TASK_ID, as 'srbatch plan' numbers them.")]
    public bool GroupOfTask { get; set; }

    [Option("init", MetaValue = "MODEL", HelpText = "Start from the weights of this model, checkpoint or run folder.")]
    public string? Init { get; set; }

    [Option("rank-timeout", Default = 600.0, MetaValue = "SECONDS",
        HelpText = "When several processes train together: how long one waits for another before all of them end.")]
    public double RankTimeout { get; set; } = 600;

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (RankTimeout is not (>= 1 and <= 1e6))
        {
            yield return $"--rank-timeout is {RankTimeout}; must be 1 to 1000000 seconds";
        }
        if (Group is not null && GroupOfTask)
        {
            yield return "--group and --group-of-task are both given; give one of them";
        }
    }

    internal TrainRequest Request() => new()
    {
        Manifest = Manifest,
        Run = Run,
        Steps = Steps,
        Seed = Seed,
        Group = Group,
        GroupOfTask = GroupOfTask,
        Init = Init,
        RankTimeout = TimeSpan.FromSeconds(RankTimeout),
        Compute = Compute(),
    };
}
