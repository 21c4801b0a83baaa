using CommandLine;
using SrBatch.Pipelines.Housekeeping;

namespace SrBatch.Worker.Verbs;

[Verb("clean", HelpText = "List what a finished run no longer needs, and delete it on request.")]
public sealed class CleanVerb : VerbOptions
{
    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder.")]
    public string Run { get; set; } = "";

    [Option("delete", HelpText = "Delete what is listed. Outputs, models, tables, reports and what resume needs always stay.")]
    public bool Delete { get; set; }

    [Option("keep", MetaValue = "KIND[,KIND]",
        HelpText = "Kinds to leave alone: checkpoints, tensorboard, samples, leftovers, restarts, logs.")]
    public string? Keep { get; set; }

    private string[] Kept => Keep?.Split(',') ?? [];

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        foreach (string kind in Kept.Except(CleanRun.Kinds))
        {
            yield return $"--keep names '{kind}'; must be some of {string.Join(", ", CleanRun.Kinds)}";
        }
    }

    internal CleanRequest Request() => new()
    {
        Run = Run,
        Delete = Delete,
        Keep = Kept,
    };
}
