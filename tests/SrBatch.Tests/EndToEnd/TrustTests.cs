using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Which images a trained model does not know, from train to report.</summary>
public sealed class TrustTests : IDisposable
{
    private const string Spoil = """
        import h5py, sys
        low = h5py.File(sys.argv[1], "r")["low"][...].astype("float32")
        h5py.File(sys.argv[2], "w")["low"] = low.max() - low
        h5py.File(sys.argv[3], "w")["low"] = 0 * low + 7
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_ImagesThatTheModelDoesNotKnow_FailWithReasons_AndTheRunIsDone()
    {
        Srbatch.Run("simulate", "--out", _folder.File("data"), "--images", "20", "--size", "192", "--scale", "1", "--structure", "filaments", "--seed", "3").Expect(ExitCode.Done);
        ChildProcess.Python(Spoil, Pair(19), _folder.File("upside-down.h5"), _folder.File("constant.h5"));
        string manifest = ManifestJson.Write(_folder.File("m.json"),
        [
            .. Enumerable.Range(0, 20).Select(i => ManifestJson.Pair($"f{i:D2}", Pair(i), i < 16 ? "train" : i < 19 ? "validation" : "test")),
            ManifestJson.Image("upside-down", _folder.File("upside-down.h5")),
            ManifestJson.Image("constant", _folder.File("constant.h5")),
        ], new { steps = 2, batch = 2, patch = 32, loss = "l1" }, new { network = "unet", scale = 1, features = 4 });
        string run = _folder.File("run"), again = _folder.File("again"), model = Path.Combine(run, "model.safetensors");
        Srbatch.Run("train", "--manifest", manifest, "--run", run, "--threads", "1").Expect(ExitCode.Done);
        Srbatch.Run("train", "--manifest", manifest, "--run", again, "--threads", "1").Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Sha256(model), RunFiles.Sha256(Path.Combine(again, "model.safetensors")));

        JsonNode inputs = Srbatch.Run("inspect", model, "--json").Expect(ExitCode.Done).Json["card"]!["inputs"]!;
        Assert.Equal(["pairs", "16", "19"], ((string[])["group", "planes", "heldOut"]).Select(key => inputs["kinds"]![0]![key]!.ToString()));

        Srbatch.Run(["infer", "--manifest", manifest, "--run", run, .. Srbatch.Exact]).Expect(ExitCode.Done);
        SrbatchResult report = Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        string[] judged = [.. DuckDbTable.Query($"SELECT image, verdict, out_of_distribution > 1, reasons FROM '{run}/quality.parquet' WHERE split IN ('test', 'infer') ORDER BY image")];
        Assert.StartsWith("constant|fail|True|unlike the training images", judged[0], StringComparison.Ordinal);
        Assert.Contains("empty: all pixels alike", judged[0], StringComparison.Ordinal);
        // After two steps' training the target speaks against the output; the input is as good as those of the training.
        Assert.StartsWith("f19|fail|False|", judged[1], StringComparison.Ordinal);
        Assert.DoesNotContain("unlike the training", judged[1], StringComparison.Ordinal);
        Assert.Matches(@"^upside-down\|(warn|fail)\|True\|unlike the training images", judged[2]);
        Assert.Contains("contrast upside down?", judged[2], StringComparison.Ordinal);
        Assert.Matches(@"\nverdicts: \d pass, \d warn, [2-6] fail\n", report.Output);
        Assert.Contains("\nfail: constant: unlike the training images", report.Output, StringComparison.Ordinal);

        // It was enhanced, only not to be believed: nothing is left to do, and scores made anew keep what is known of the inputs.
        Assert.Equal("[]", Srbatch.Run("status", "--run", run, "--json").Expect(ExitCode.Done).Json["failed"]!.ToJsonString());
        string[] before = Distances(run);
        Srbatch.Run("evaluate", "--manifest", manifest, "--run", run).Expect(ExitCode.Done);
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        Assert.Equal(before, Distances(run));

        // Other programs get the weights alone.
        Srbatch.Run("export", "--model", model, "--to", "pytorch", "--out", _folder.File("py")).Expect(ExitCode.Done);
        Assert.DoesNotContain("\"inputs\"", File.ReadAllText(_folder.File("py/card.json")), StringComparison.Ordinal);
    }

    /// <summary>Outputs that nobody has a target for, one with a lie in it.</summary>
    [Fact]
    public void Evaluate_OutputWithALie_IsNotBelieved_AndSaysWhere()
    {
        Srbatch.Run("simulate", "--out", _folder.File("data"), "--images", "12", "--size", "192", "--scale", "1", "--structure", "filaments", "--seed", "4").Expect(ExitCode.Done);
        string manifest = ManifestJson.Write(_folder.File("m.json"),
        [
            .. Enumerable.Range(0, 10).Select(i => ManifestJson.Pair($"f{i:D2}", Pair(i), i < 4 ? "train" : "validation")),
            .. Enumerable.Range(10, 2).Select(i => ManifestJson.Image($"f{i:D2}", Pair(i), "/low")),
        ], new { steps = 2, batch = 2, patch = 32, loss = "l1" }, new { network = "unet", scale = 1, features = 4 });
        string run = _folder.File("run");
        Srbatch.Run("train", "--manifest", manifest, "--run", run, "--threads", "1").Expect(ExitCode.Done);
        JsonNode outputs = Srbatch.Run("inspect", Path.Combine(run, "model.safetensors"), "--json").Expect(ExitCode.Done).Json["card"]!["outputs"]!;
        Assert.Equal(6, (int)outputs["planes"]!);

        // The truth itself as another program's output, once with a disc of 16 pixels that nobody saw.
        ChildProcess.Python("""
            import h5py, numpy, os, sys
            os.mkdir(sys.argv[3])
            for name, path in (("f10", sys.argv[1]), ("f11", sys.argv[2])):
                high = h5py.File(path, "r")["high"][...].astype("float32")
                y, x = numpy.ogrid[:192, :192]
                if name == "f11":
                    high[(y - 60) ** 2 + (x - 130) ** 2 <= 64] += numpy.ptp(high) / 2
                h5py.File(f"{sys.argv[3]}/{name}.h5", "w")["sr"] = high
            """, Pair(10), Pair(11), _folder.File("theirs"));
        Srbatch.Run("evaluate", "--manifest", manifest, "--run", run, "--images", _folder.File("theirs")).Expect(ExitCode.Done);
        string[] judged = [.. DuckDbTable.Query($"SELECT image, verdict, reasons FROM '{run}/evaluation-theirs.parquet' ORDER BY image")];
        Assert.Equal("f10|pass|", judged[0]);
        Assert.Matches(@"^f11\|(warn|fail)\|.*the output shows what its input does not at row (5[3-9]|6[0-7]), column 1(2[3-9]|3[0-7]) \(\d+\.\d times the limit\)$", judged[1]);
    }

    /// <summary>An output of ours that somebody spoilt after inference: its old scores and verdict must not stay.</summary>
    [Fact]
    public void Evaluate_OurOutputReplacedByNoise_DoesNotPass_AndHasNewScores()
    {
        Srbatch.Run("simulate", "--out", _folder.File("data"), "--images", "12", "--size", "192", "--scale", "1", "--structure", "filaments", "--seed", "6").Expect(ExitCode.Done);
        string manifest = ManifestJson.Write(
            _folder.File("m.json"),
            [.. Enumerable.Range(0, 12).Select(i => ManifestJson.Pair($"f{i:D2}", Pair(i), i < 6 ? "train" : i < 10 ? "validation" : "test"))],
            new { steps = 150, batch = 4, patch = 32, loss = "l1", learningRate = 4e-3 },
            new { network = "unet", scale = 1, features = 4 });
        string run = _folder.File("run");
        Srbatch.Run("train", "--manifest", manifest, "--run", run, "--threads", "1").Expect(ExitCode.Done);
        Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--threads", "1").Expect(ExitCode.Done);
        (double psnr, double rsp, double distance, _) = Scores("f10");
        ChildProcess.Python("""
            import h5py, numpy, sys
            with h5py.File(sys.argv[1], "r+") as f:
                values = f["sr"][...]
                f["sr"][...] = numpy.random.default_rng(1).normal(values.mean(), values.std(), values.shape).astype(values.dtype)
            """, Path.Combine(run, "images", "f10.h5"));
        Srbatch.Run("evaluate", "--manifest", manifest, "--run", run).Expect(ExitCode.Done);

        (double newPsnr, double newRsp, double newDistance, string verdict) = Scores("f10");
        Assert.True(newPsnr < psnr - 0.5 && newRsp < rsp - 0.3, $"PSNR {psnr} became {newPsnr}, RSP {rsp} became {newRsp}");
        Assert.Equal(distance, newDistance);
        Assert.NotEqual("pass", verdict);

        (double Psnr, double Rsp, double Distance, string Verdict) Scores(string image)
        {
            Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
            string[] cells = Assert.Single(DuckDbTable.Query(
                $"SELECT psnr_db, rsp, out_of_distribution, verdict FROM '{run}/quality.parquet' WHERE image = '{image}'")).Split('|');
            double[] numbers = [.. cells[..3].Select(cell => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture))];
            return (numbers[0], numbers[1], numbers[2], cells[3]);
        }
    }

    /// <summary>Test-time augmentation tells how far the outputs of one input differ; the limit of the model decides what is thought of that.</summary>
    [Fact]
    public void Infer_InAllOrientations_WritesHowFarTheyDiffer_AndWhatDiffersMoreThanInTraining_Warns()
    {
        Srbatch.Run("simulate", "--out", _folder.File("data"), "--images", "6", "--size", "96", "--scale", "1", "--structure", "filaments", "--seed", "5").Expect(ExitCode.Done);
        string manifest = Manifest("m.json", 1), turned = Manifest("turned.json", 8), run = _folder.File("run"), model = Path.Combine(run, "model.safetensors");
        Srbatch.Run("train", "--manifest", manifest, "--run", run, "--threads", "1").Expect(ExitCode.Done);
        double limit = (double)Srbatch.Run("inspect", model, "--json").Expect(ExitCode.Done).Json["card"]!["outputs"]!["disagreementLimit"]!;
        Srbatch.Run(["infer", "--manifest", manifest, "--run", run, .. Srbatch.Exact]).Expect(ExitCode.Done);
        Srbatch.Run(["infer", "--manifest", turned, "--run", _folder.File("turned"), "--model", model, .. Srbatch.Exact])
            .Expect(ExitCode.Done);
        string[] found = ChildProcess.Python("""
            import h5py, json, sys
            one, turned = (h5py.File(path, "r") for path in sys.argv[1:])
            sr, deviation = turned["sr"][...].astype("f8"), turned["disagreement"][...].astype("f8")
            print([name for name in one if name not in "tczyx"], [name for name in turned if name not in "tczyx"], turned["disagreement"].dtype, [[d[0].name for d in turned[name].dims] for name in ("sr", "disagreement")])
            # One of eight lies within the square root of seven deviations of their mean.
            print(bool((abs(one["sr"][...] - sr) <= 7 ** 0.5 * deviation * 1.001 + 1e-3).all()), bool(deviation.max() > 0))
            print((deviation ** 2).mean() ** 0.5 / sr.std())
            """, Path.Combine(run, "images/f05.h5"), _folder.File("turned/images/f05.h5")).Split('\n');
        Assert.Equal(["['sr'] ['disagreement', 'sr'] float32 [['/y', '/x'], ['/y', '/x']]", "True True"], found[..2]);
        double share = double.Parse(found[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(share, limit / 100, limit);

        // The same with a limit that it exceeds.
        Srbatch.Run("report", "--run", _folder.File("turned")).Expect(ExitCode.Done);
        Assert.DoesNotContain("flipped and turned", Assert.Single(Reasons("turned")), StringComparison.Ordinal);
        string strict = _folder.File("strict.json");
        File.WriteAllText(strict, File.ReadAllText(turned).Replace("\"inference\":", FormattableString.Invariant($"\"quality\": {{ \"warnAbove\": {share / limit / 2}, \"failAbove\": 9 }}, \"inference\":"), StringComparison.Ordinal));
        Srbatch.Run(["infer", "--manifest", strict, "--run", _folder.File("strict"), "--model", model, .. Srbatch.Exact])
            .Expect(ExitCode.Done);
        Srbatch.Run("report", "--run", _folder.File("strict")).Expect(ExitCode.Done);
        Assert.Contains("flipped and turned, the input gives other outputs: they differ by ", Assert.Single(Reasons("strict")), StringComparison.Ordinal);

        string[] Reasons(string name) => [.. DuckDbTable.Query($"SELECT reasons FROM '{_folder.File(name)}/quality.parquet' WHERE image = 'f05'")];

        string Manifest(string name, int orientations) => ManifestJson.Write(_folder.File(name),
            [.. Enumerable.Range(0, 6).Select(i => ManifestJson.Pair($"f{i:D2}", Pair(i), i < 2 ? "train" : i < 5 ? "validation" : "test"))],
            new { steps = 2, batch = 2, patch = 32, loss = "l1" }, new { network = "unet", scale = 1, features = 4 }, new { orientations });
    }

    [Fact]
    public void Infer_ModelThatDoesNotTell_LeavesTheColumnEmpty()
    {
        Srbatch.Run("simulate", "--out", _folder.File("data"), "--images", "1", "--size", "64", "--scale", "1", "--structure", "filaments").Expect(ExitCode.Done);
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Image("a", Pair(0), "/low")], model: new { network = "unet", scale = 1, features = 4 });
        string run = _folder.File("run"), model = RandomModel.Write(_folder.File("m.safetensors"), 1);
        Srbatch.Run(["infer", "--manifest", manifest, "--run", run, "--model", model, .. Srbatch.Exact]).Expect(ExitCode.Done);
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        Assert.Equal(["|pass|"], DuckDbTable.Query($"SELECT out_of_distribution, verdict, reasons FROM '{run}/quality.parquet'"));
    }

    private string Pair(int image) => _folder.File($"data/pairs/filaments-{image:D4}.h5");

    private static string[] Distances(string run) =>
        [.. DuckDbTable.Query($"SELECT image, verdict, out_of_distribution, reasons FROM '{run}/quality.parquet' WHERE split <> 'validation' ORDER BY image")];
}
