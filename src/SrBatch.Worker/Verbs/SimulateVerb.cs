using CommandLine;
using SrBatch.Pipelines.Simulation;

namespace SrBatch.Worker.Verbs;

[Verb("simulate", HelpText = "Simulate low/high-resolution pairs with a physical model; write HDF5 and a manifest.")]
public sealed class SimulateVerb : VerbOptions
{
    [Option("out", Required = true, MetaValue = "DIR", HelpText = "Folder for the pairs and manifest.json.")]
    public string Out { get; set; } = "";

    [Option("images", Default = 24, MetaValue = "N", HelpText = "Number of pairs.")]
    public int Images { get; set; } = 24;

    [Option("size", Default = 256, MetaValue = "PX", HelpText = "Side of the low-resolution images, pixels.")]
    public int Size { get; set; } = 256;

    [Option("scale", Default = 2, MetaValue = "1|2|4", HelpText = "High-resolution pixels per low-resolution pixel.")]
    public int Scale { get; set; } = 2;

    [Option("structure", Default = "mixed", MetaValue = "filaments|spots|membranes|mixed", HelpText = "Structures in the images.")]
    public string Structure { get; set; } = "mixed";

    [Option("pair", Default = "low-high-na", MetaValue = "low-high-na|confocal-sted|tirf-sim", HelpText = "The two microscopes of a pair.")]
    public string Pair { get; set; } = "low-high-na";

    [Option("seed", Default = 1L, MetaValue = "S", HelpText = "The same seed gives the same pairs.")]
    public long Seed { get; set; } = 1;

    internal SimulateRequest Request() => new()
    {
        Out = Out,
        Images = Images,
        Size = Size,
        Scale = Scale,
        Structure = Structure,
        Pair = Pair,
        Seed = Seed,
    };
}
