using CommandLine;
using SrBatch.Pipelines.Inspection;

namespace SrBatch.Worker.Verbs;

[Verb("doctor", HelpText = "Show what this node has and what is missing, with the command that installs it.")]
public sealed class DoctorVerb : VerbOptions
{
    [Option("device", Default = "auto", MetaValue = "auto|cpu|cuda|cuda:N", HelpText = "The device that must exist.")]
    public string Device { get; set; } = "auto";

    internal DoctorRequest Request() => new()
    {
        Device = Device,
        Variable = Environment.GetEnvironmentVariable,
    };
}
