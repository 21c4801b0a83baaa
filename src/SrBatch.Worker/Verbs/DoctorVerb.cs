using CommandLine;

namespace SrBatch.Worker.Verbs;

[Verb("doctor", HelpText = "Show what this node has and what is missing, with the command that mends it.")]
public sealed class DoctorVerb : VerbOptions
{
    [Option("device", Default = "auto", MetaValue = "auto|cpu|cuda|cuda:N", HelpText = "The device that must be there.")]
    public string Device { get; set; } = "auto";
}
