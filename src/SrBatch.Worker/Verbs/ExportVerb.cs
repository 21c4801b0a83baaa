using CommandLine;
using SrBatch.Pipelines.Models;

namespace SrBatch.Worker.Verbs;

[Verb("export", HelpText = "Write a trained model in a format that other programs load.")]
public sealed class ExportVerb : VerbOptions
{
    private const string PyTorch = ExportRequest.PyTorch, BioImageIo = ExportRequest.BioImageIo;

    [Option("run", MetaValue = "DIR", HelpText = "The run folder whose model.safetensors is exported.")]
    public string? Run { get; set; }

    [Option("model", MetaValue = "FILE", HelpText = "A model.safetensors file, instead of --run.")]
    public string? Model { get; set; }

    [Option("to", Required = true, MetaValue = "pytorch|bioimageio",
        HelpText = "pytorch: a folder with weights.pt and model.py; bioimageio: a zip for the BioImage.IO Model Zoo.")]
    public string To { get; set; } = "";

    [Option("out", Required = true, MetaValue = "PATH", HelpText = "The folder or zip to write; must not exist yet.")]
    public string Out { get; set; } = "";

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (Run is null == Model is null)
        {
            yield return $"--run and --model are {(Run is null ? "missing" : "both given")}; give one of them";
        }
        if (To is not (PyTorch or BioImageIo))
        {
            yield return $"--to is '{To}'; must be {PyTorch} or {BioImageIo}";
        }
        if (To == BioImageIo && !Out.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"--out is '{Out}'; must end in .zip with --to {BioImageIo}";
        }
    }

    internal ExportRequest Request() => new()
    {
        Run = Run,
        Model = Model,
        To = To,
        Out = Out,
    };
}
