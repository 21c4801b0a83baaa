using CommandLine;
using SrBatch.Pipelines.Inspection;

namespace SrBatch.Worker.Verbs;

[Verb("inspect", HelpText = "Describe an HDF5, model or checkpoint file.")]
public sealed class InspectVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Value(0, Required = true, MetaName = "FILE", HelpText = "The file to describe.")]
    public string File { get; set; } = "";

    [Option("dataset", MetaValue = "PATH", HelpText = "Only this dataset.")]
    public string? Dataset { get; set; }

    [Option("digest", HelpText = "Also read the values: min, max, mean, and the SHA-256 of the values in C order, little endian.")]
    public bool Digest { get; set; }

    [Option("linked-folder", MetaValue = "DIR",
        HelpText = "Follow links into this folder, too; links may lead only into the file's own folder. May be given more than once.")]
    public string? LinkedFolder { get; set; }

    [Option("json", HelpText = "One JSON object instead of a table.")]
    public bool Json { get; set; }

    internal InspectRequest Request() => new()
    {
        File = File,
        Dataset = Dataset,
        Digest = Digest,
        LinkedFolders = CommandLineReader.Repeated(LinkedFolder),
        Json = Json,
    };
}
