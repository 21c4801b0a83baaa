using CommandLine;
using SrBatch.Pipelines.Inspection;

namespace SrBatch.Worker.Verbs;

[Verb("inspect", HelpText = "Show what is in an HDF5, model or checkpoint file.")]
public sealed class InspectVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Value(0, Required = true, MetaName = "FILE", HelpText = "The file.")]
    public string File { get; set; } = "";

    [Option("dataset", MetaValue = "PATH", HelpText = "Only this dataset.")]
    public string? Dataset { get; set; }

    [Option("digest", HelpText = "Read the values: min, max, mean, and the SHA-256 of the values in C order, little endian.")]
    public bool Digest { get; set; }

    [Option("json", HelpText = "One JSON object instead of a table.")]
    public bool Json { get; set; }

    /// <summary>The options as the pipeline takes them.</summary>
    internal InspectRequest Request() => new()
    {
        File = File,
        Dataset = Dataset,
        Digest = Digest,
        Json = Json,
    };
}
