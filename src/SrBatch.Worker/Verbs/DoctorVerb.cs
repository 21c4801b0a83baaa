using CommandLine;
using SrBatch.Pipelines.Inspection;

namespace SrBatch.Worker.Verbs;

[Verb("doctor", HelpText = "Show what this node has and what is missing, with the command that mends it.")]
public sealed class DoctorVerb : VerbOptions
{
    [Option("device", Default = "auto", MetaValue = "auto|cpu|cuda|cuda:N", HelpText = "The device that must be there.")]
    public string Device { get; set; } = "auto";

    /// <summary>The options as the pipeline takes them.</summary>
    internal DoctorRequest Request() => new()
    {
        Device = Device,
        Variable = Environment.GetEnvironmentVariable,
    };
}
