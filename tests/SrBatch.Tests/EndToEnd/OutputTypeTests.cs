using System.Globalization;
using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>inference.output "input": the values in the input's type.</summary>
public sealed class OutputTypeTests(ExternalModels models)
{
    private const string Compare = """
        import h5py, json, numpy, sys
        single, typed = (h5py.File(path, "r")["sr"] for path in sys.argv[1:])
        values, found = single[...].astype("f8"), typed[...]
        limits = numpy.iinfo(found.dtype) if found.dtype.kind in "iu" else numpy.finfo(found.dtype)
        rounded = numpy.rint(values) if found.dtype.kind in "iu" else values
        quality = json.loads(typed.attrs["quality"])[0]
        print(json.dumps({
            "types": [single.dtype.str, typed.dtype.str], "equal": bool((found == numpy.clip(rounded, limits.min, limits.max)).all()),
            "beyond": int(((rounded < limits.min) | (rounded > limits.max)).sum()), "verdict": quality["verdict"], "reasons": quality.get("reasons")}))
        """;

    [Theory]
    [InlineData("byte", "|u1", "uint8", true)]
    [InlineData("odd", "<u2", "uint16", true)]
    [InlineData("even", "<f4", null, false)]
    public void Infer_OutputAsInput_IsTheRoundedFloat32_AndSaturationIsCounted(string image, string type, string? name, bool saturates)
    {
        string single = models.NewRun(), typed = models.NewRun();
        models.Infer(single, models.File("conv.pt"), 1, new { tile = 96, output = "float32" }, image).Expect(ExitCode.Done);
        models.Infer(typed, models.File("conv.pt"), 1, new { tile = 96, output = "input" }, image).Expect(ExitCode.Done);
        JsonNode found = JsonNode.Parse(ChildProcess.Python(Compare, ExternalModels.Output(single, image), ExternalModels.Output(typed, image)))!;
        Assert.Equal(["<f4", type], found["types"]!.AsArray().Select(each => (string?)each));
        Assert.True((bool)found["equal"]!);
        int beyond = (int)found["beyond"]!;
        Assert.Equal(saturates, beyond > 0);
        string? reasons = saturates ? string.Create(CultureInfo.InvariantCulture, $"{beyond} values beyond the limits of {name} were set to them") : null;
        Assert.Equal((saturates ? "warn" : "pass", reasons), ((string?)found["verdict"], (string?)found["reasons"]));

        Srbatch.Run("report", "--run", typed).Expect(ExitCode.Done);
        Assert.Equal([$"{image}|{(saturates ? "warn" : "pass")}|{reasons}"], DuckDbTable.Query($"SELECT image, verdict, reasons FROM '{typed}/quality.parquet'"));
    }
}
