using CommandLine;

namespace SrBatch.Worker.Verbs;

/// <summary>Options of every verb.</summary>
/// <remarks>
/// To add a verb: 1. a class here with [Verb]; 2. its line in <see cref="VerbCatalog"/>; 3. its pipeline, a room in SrBatch.Pipelines;
/// 4. approve its help text (tests).
/// </remarks>
public abstract class VerbOptions
{
    [Option("quiet", HelpText = "Write only warnings and errors to stderr, and no progress.")]
    public bool Quiet { get; set; }

    [Option("log-format", Default = "text", MetaValue = "text|json", HelpText = "Format of log lines on stderr.")]
    public string LogFormat { get; set; } = "text";

    /// <summary>Words that belong to no option. CommandLineParser would drop them without a word.</summary>
    [Value(99, Hidden = true)]
    public IEnumerable<string> ExtraWords { get; set; } = [];

    /// <summary>True for a verb that reads foreign files: a crash of the HDF5 library must cost one image, not the run.</summary>
    public virtual bool IsSupervised => false;

    /// <summary>One line for each wrong option.</summary>
    public virtual IEnumerable<string> Problems()
    {
        if (LogFormat is not ("text" or "json"))
        {
            yield return $"--log-format is '{LogFormat}'; must be text or json";
        }
    }
}
