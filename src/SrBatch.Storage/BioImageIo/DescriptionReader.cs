using SrBatch.Core.Errors;
using SrBatch.Core.Models;

namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// Reads the description of a model in the format of the BioImage.IO Model Zoo, versions 0.4 and 0.5 (bioimage-io/spec-bioimage-io). Reads
/// what is needed to run the model; ignores authors, documentation and the like.
/// </summary>
internal static class DescriptionReader
{
    private const string TorchScript = "torchscript";

    /// <param name="where">Name of the description, at the start of messages.</param>
    /// <exception cref="SrBatchException">The first thing that is wrong or not supported (exit 65).</exception>
    public static ExternalModel Read(string where, YamlItem document)
    {
        var root = new DescriptionField(where, "", document);
        DescriptionField type = root["type"], version = root["format_version"];
        if (type.Text() != "model")
        {
            throw type.Unsupported($"is '{type.Text()}'; expected model", "Give the package of a model");
        }
        bool isV05 = version.Text().Split('.') switch
        {
            ["0", "4", ..] => false,
            ["0", "5", ..] => true,
            _ => throw version.Unsupported(
                $"is '{version.Text()}'; srbatch reads 0.4 and 0.5",
                "Download the model again from bioimage.io, or convert it with bioimageio.spec"),
        };
        if (!root["run_mode"].IsMissing)
        {
            throw root["run_mode"].Unsupported(
                $"is {root["run_mode"]["name"].Shown}: the model needs a special way of running, which the description does not define",
                WindowRules.ChooseAnother);
        }
        DescriptionField input = Single(root["inputs"]), output = Single(root["outputs"]);
        return isV05 ? ReadV05(root, input, output) : ReadV04(root, input, output);
    }

    private static ExternalModel ReadV04(DescriptionField root, DescriptionField input, DescriptionField output)
    {
        OperationReader operations = new(isV05: false);
        OperationReader.RequireFloat(output["data_type"], output["data_type"].Text(), "float32", "float64");
        string imageType = input["data_type"].Text();
        IReadOnlyList<InputAxis> inputs = AxesV04.OfInput(input);
        IReadOnlyList<ExternalOperation> before = operations.Before(input["preprocessing"], imageType, input["data_type"]);
        return WindowRules.Apply(
            WithoutAxes(root, imageType, before, operations.After(output["postprocessing"])),
            inputs,
            AxesV04.OfOutput(output, input["name"].Text(), inputs));
    }

    private static ExternalModel ReadV05(DescriptionField root, DescriptionField input, DescriptionField output)
    {
        OperationReader operations = new(isV05: true);
        (string resultType, DescriptionField resultField) = ValuesV05(output["data"]);
        OperationReader.RequireFloat(resultField, resultType, "float32", "float64");
        (string imageType, DescriptionField imageField) = ValuesV05(input["data"]);
        IReadOnlyList<InputAxis> inputs = AxesV05.OfInput(input);
        IReadOnlyList<ExternalOperation> before = operations.Before(input["preprocessing"], imageType, imageField);
        return WindowRules.Apply(
            WithoutAxes(root, imageType, before, operations.After(output["postprocessing"])),
            inputs,
            AxesV05.OfOutput(output, input["id"].TextOr("input"), inputs));
    }

    /// <summary>
    /// Type of a tensor's values: float32 by default, uint8 when <c>values</c> are listed. When each channel has its own description, all
    /// have the same type.
    /// </summary>
    private static (string Type, DescriptionField Field) ValuesV05(DescriptionField data)
    {
        DescriptionField described = data.IsList && data.Items() is [var first, ..] ? first : data;
        return (described["type"].TextOr(described["values"].IsMissing ? "float32" : "uint8"), described["type"]);
    }

    /// <summary>The model without what <see cref="WindowRules.Apply"/> sets: axes, sizes, scale and halo.</summary>
    private static ExternalModel WithoutAxes(
        DescriptionField root,
        string imageType,
        IReadOnlyList<ExternalOperation> before,
        IReadOnlyList<ExternalOperation> after)
    {
        (string path, string? sha256) = Weights(root["weights"]);
        return new ExternalModel
        {
            Name = root["name"].Text(),
            Scale = 1,
            InputAxes = "",
            OutputAxes = "",
            LeastSide = 1,
            Step = 1,
            OneAtATime = true,
            ImageType = imageType,
            Preprocessing = before,
            Postprocessing = after,
            WeightsPath = path,
            WeightsSha256 = sha256,
        };
    }

    private static (string Path, string? Sha256) Weights(DescriptionField weights)
    {
        DescriptionField entry = weights[TorchScript];
        if (entry.IsMissing)
        {
            string found = weights.Names() is { Count: > 0 } names ? string.Join(", ", names) : "missing";
            throw weights.Unsupported($"are {found}; srbatch runs only torchscript",
                "Choose a model with TorchScript weights, or ask the authors of this one for them");
        }
        string path = RelativePath(entry["source"]);
        DescriptionField sha256 = entry["sha256"];
        return sha256.IsMissing ? (path, null)
            : sha256.Text() is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit) ? (path, hex.ToLowerInvariant())
            : throw sha256.Invalid("64 hexadecimal digits");
    }

    /// <summary>The path without '.' parts. It cannot leave the folder of the description.</summary>
    private static string RelativePath(DescriptionField source)
    {
        string text = source.Text();
        if (text.Contains("://", StringComparison.Ordinal))
        {
            throw source.Unsupported(
                $"is on the web: '{text}'; srbatch does not download",
                "Download the model's package, with the weights inside, as a zip from bioimage.io and use that");
        }
        string[] parts = [.. text.Split('/').Where(part => part != ".")];
        return text.Length > 0 && !parts.Any(part => part is "" or "..") ? string.Join('/', parts)
            : throw source.Invalid("a path within the package, with '/', relative to the folder of the description");
    }

    private static DescriptionField Single(DescriptionField tensors) => tensors.Items() switch
    {
        [var only] => only,
        var many => throw tensors.Unsupported(
            $"are {many.Count}; srbatch runs models with one input and one output", WindowRules.ChooseAnother),
    };
}
