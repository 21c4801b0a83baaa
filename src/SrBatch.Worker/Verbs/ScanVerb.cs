using CommandLine;
using SrBatch.Pipelines.Planning;

namespace SrBatch.Worker.Verbs;

[Verb("scan", HelpText = "Find HDF5 images under folders and write a manifest for them.")]
public sealed class ScanVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Value(0, Min = 1, Required = true, MetaName = "DIR...", HelpText = "Folders to search.")]
    public IEnumerable<string> Folders { get; set; } = [];

    [Option("out", Required = true, MetaValue = "FILE", HelpText = "The manifest to write.")]
    public string Out { get; set; } = "";

    [Option("match", MetaValue = "GLOB",
        HelpText = "Which files, relative to each folder; ** for any depth. Default: every .h5, .hdf5, .hdf, .he5, .ims and .nc, "
            + "in upper or lower case.")]
    public string? Match { get; set; }

    [Option("input", Default = "auto", MetaValue = "DATASET",
        HelpText = "Dataset of the low-resolution image in each file.")]
    public string Input { get; set; } = "auto";

    [Option("target", MetaValue = "DATASET",
        HelpText = "Dataset of the high-resolution image, or 'none'. Default: the only dataset with a usual name, else none.")]
    public string? Target { get; set; }

    [Option("axes", MetaValue = "AXES",
        HelpText = "Axes of images with three axes or more whose files do not name them: some of tczyx, slowest first, such as zyx.")]
    public string? Axes { get; set; }

    [Option("linked-folder", MetaValue = "DIR",
        HelpText = "Follow links into this folder, too; links may lead only into a file's own folder. May be given more than once.")]
    public string? LinkedFolder { get; set; }

    [Option("scale", MetaValue = "K", HelpText = "Target pixels per input pixel. Default: from the shapes.")]
    public int? Scale { get; set; }

    [Option("split", Default = "80/10/10", MetaValue = "TRAIN/VALIDATION/TEST",
        HelpText = "How to divide the images that have a target, in percent.")]
    public string Split { get; set; } = "80/10/10";

    [Option("since", MetaValue = "DIR",
        HelpText = "Leave out files that have not changed since an earlier run enhanced them or planned to. DIR: a run folder, or a folder "
            + "of run folders.")]
    public string? Since { get; set; }

    internal ScanRequest Request() => new()
    {
        Folders = [.. Folders],
        Out = Out,
        Match = Match,
        Input = Input,
        Target = Target,
        Axes = Axes,
        LinkedFolders = CommandLineReader.Repeated(LinkedFolder),
        Scale = Scale,
        Split = Split,
        Since = Since,
    };
}
