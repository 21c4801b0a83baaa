using System.Globalization;
using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;
using SrBatch.Tests.Storage.TensorBoard;

namespace SrBatch.Tests.EndToEnd;

/// <summary>simulate -> check -> plan -> train -> infer -> evaluate -> report -> status, and what other programs read of it.</summary>
public sealed class PipelineTests(TrainedModel tiny)
{
    private const string ReadOutput = """
        import h5py, json, numpy, sys
        f = h5py.File(sys.argv[1], "r")
        d = f["sr"]
        v = d[...]
        print(json.dumps({
            "shape": d.shape, "type": d.dtype.str, "axes": [a.label for a in d.dims], "chunks": d.chunks, "filters": [d.compression, d.compression_opts, d.shuffle],
            "finite": bool(numpy.isfinite(v).all()), "varies": bool(v.std() > 0),
            "scales": [[f[r].name for r in axis] + [f[axis[0]][1]] for axis in d.attrs["DIMENSION_LIST"]],
            "attributes": {k: a.tolist() if hasattr(a, "tolist") else a for k, a in d.attrs.items() if k != "DIMENSION_LIST"}}))
        """;

    [Fact]
    public void Pipeline_EveryVerb_EndsWith0()
    {
        foreach (SrbatchResult verb in (SrbatchResult[])[tiny.Check, tiny.Plan, tiny.Train, tiny.Infer, tiny.Evaluate, tiny.Report, tiny.Status])
        {
            verb.Expect(ExitCode.Done);
            Assert.Empty(verb.Logged("warning"));
            Assert.Empty(verb.Logged("error"));
        }
        Assert.Empty(RunFiles.Temporaries(tiny.Run));
    }

    /// <summary>Also without a run folder: then the lines begin with a plan.</summary>
    [Fact]
    public void Check_ForecastsAndPrintsTheLinesForSbatch()
    {
        string[] lines = tiny.Check.Output.TrimEnd().Split('\n');
        Assert.Contains(lines, line => line.StartsWith("outputs          2 files, at most about 0.0 GB", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("forecast   training about 5 min, ", StringComparison.Ordinal));
        Assert.Contains("\"$SRBATCH\" plan --manifest \"$MANIFEST\" --run \"$RUN\" --shards 1", lines);
        Assert.EndsWith("/slurm/report.sbatch", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Status_AllDone_SaysSo()
    {
        JsonNode status = tiny.Status.Json;
        Assert.Equal(tiny.Run, (string?)status["run"]);
        Assert.Equal(
            ["tiny", "1", "12", "12", "true", "2", "0", "[]"],
            ((string[])["name", "shards", "step", "steps", "modelWritten", "done", "left", "failed"]).Select(key => status[key]!.ToString()));
    }

    [Fact]
    public void Output_ReadByH5py_HasImageAndAttributes()
    {
        JsonNode output = JsonNode.Parse(ChildProcess.Python(ReadOutput, Path.Combine(tiny.Run, "images", "mixed-0006.h5")))!;
        Assert.Equal("[96,96]", output["shape"]!.ToJsonString());
        Assert.Equal("<f4", (string?)output["type"]);
        Assert.Equal("""["y","x"]""", output["axes"]!.ToJsonString());
        Assert.Equal("[96,96]", output["chunks"]!.ToJsonString());
        Assert.Equal("""["gzip",4,true]""", output["filters"]!.ToJsonString());
        Assert.Equal("""[["/y",0.1725],["/x",0.1725]]""", output["scales"]!.ToJsonString());
        Assert.True((bool)output["finite"]! && (bool)output["varies"]!);

        JsonObject attributes = output["attributes"]!.AsObject();
        Assert.Equal(
            ["DIMENSION_LABELS", "element_size_um", "model", "model_sha256", "pixel_size_um", "quality", "scale", "software", "source_dataset", "source_file", "version"],
            attributes.Select(attribute => attribute.Key).Order(StringComparer.Ordinal));
        Assert.Equal("[1.0,0.1725,0.1725]", attributes["element_size_um"]!.ToJsonString());
        Assert.Equal(0.1725, (double)attributes["pixel_size_um"]!);
        Assert.Equal(2, (int)attributes["scale"]!);
        Assert.Equal(RunFiles.Sha256(tiny.Model), (string?)attributes["model_sha256"]);
        Assert.Equal(["tiny", "srbatch", "0.1.0", "/low", "mixed-0006.h5"], ((string[])["model", "software", "version", "source_dataset", "source_file"]).Select(key => (string)attributes[key]!));

        JsonNode row = Assert.Single(JsonNode.Parse((string)attributes["quality"]!)!.AsArray())!;
        Assert.Equal(["mixed-0006", "test", "96", "96", "fail"], ((string[])["image", "split", "width", "height", "verdict"]).Select(key => row[key]!.ToString()));
        Assert.Equal(
            Assert.Single(DuckDbTable.Query($"SELECT psnr_db, ssim, nrmse, pearson, psnr_input_db, ssim_input, nrmse_input FROM '{tiny.Run}/quality.parquet' WHERE image = 'mixed-0006'")),
            string.Join('|', ((string[])["psnr_db", "ssim", "nrmse", "pearson", "psnr_input_db", "ssim_input", "nrmse_input"]).Select(key => ((double)row[key]!).ToString(CultureInfo.InvariantCulture))));
        foreach (string clock in (string[])["seconds", "device", "finished_at", "slurm_job_id"])
        {
            Assert.Null(row[clock]);
        }
    }

    [Fact]
    public void Quality_ReadByDuckDb_HasOneRowAPlane_WithScoresAndGain()
    {
        // After twelve steps an output is worse than its input.
        Assert.Equal(
            ["run|mixed-0004|pairs|validation|96|96|2|0.1725|true|true|fail|true|1", "run|mixed-0006|pairs|test|96|96|2|0.1725|true|true|fail|true|1"],
            DuckDbTable.Query($"""
                SELECT run, image, "group", split, width, height, scale, pixel_size_um,
                       isfinite(psnr_db) AND isfinite(ssim) AND isfinite(nrmse) AND isfinite(pearson),
                       isfinite(psnr_input_db) AND isfinite(ssim_input) AND isfinite(nrmse_input), verdict,
                       contains(reasons, 'worse than the upsampled input'), attempt
                FROM '{tiny.Run}/quality.parquet'
                """).Select(row => row.Replace("True", "true", StringComparison.Ordinal)));
    }

    [Fact]
    public void TrainingTable_ReadByDuckDb_HasOneRowALoggingStep() => Assert.Equal(
        ["3|True", "6|True", "9|True", "12|True"],
        DuckDbTable.Query($"SELECT step, isfinite(generator_loss) AND isfinite(validation_psnr_db) FROM '{tiny.Run}/training.parquet'"));

    [Fact]
    public void TensorBoard_ReadByAnotherProgram_HasCurvesAndImages()
    {
        JsonArray events = EventReader.Read(Path.Combine(tiny.Run, "tensorboard"));
        string[] tags =
        [
            "loss/generator", "loss/pixel", "training/images_per_second", "training/learning_rate", "validation/mixed-0004", "validation/psnr_db", "validation/ssim",
        ];
        Assert.Equal(
            ((int[])[3, 6, 9, 12]).SelectMany(step => tags.Select(tag => $"{step} {tag}")),
            events.GroupBy(e => (int)e!["step"]!).SelectMany(step => step.Select(e => $"{step.Key} {e!["tag"]}").Order(StringComparer.Ordinal)));
        Assert.Equal(
            DuckDbTable.Query($"SELECT generator_loss::FLOAT, validation_psnr_db::FLOAT FROM '{tiny.Run}/training.parquet'"),
            events.Where(e => (string)e!["tag"]! == "loss/generator").Zip(events.Where(e => (string)e!["tag"]! == "validation/psnr_db"), (loss, psnr) => $"{(float)loss!["value"]!}|{(float)psnr!["value"]!}"));
        JsonNode[] images = [.. events.Where(e => e!["png"] is not null).Select(e => e!)];
        Assert.All(images, image => Assert.Equal((288, 96), ((int)image["width"]!, (int)image["height"]!)));
        // One plane: the file is its image.
        Assert.Equal(
            images.Select(image => (string)image["png"]!),
            ((int[])[3, 6, 9, 12]).Select(step => Convert.ToHexStringLower(File.ReadAllBytes(Path.Combine(tiny.Run, "samples", $"step-{step:D8}.png")))));
    }

    [Fact]
    public void FinishedRun_SameCommandsAgain_ChangeNothing()
    {
        string model = RunFiles.Sha256(tiny.Model);
        IReadOnlyList<string> images = RunFiles.Images(tiny.Run);
        SrbatchResult train = Srbatch.Run("train", "--manifest", tiny.Manifest, "--run", tiny.Run, "--threads", "1").Expect(ExitCode.Done);
        Assert.Equal([$"already trained: {tiny.Model} has all 12 steps"], train.Logged("info"));
        SrbatchResult infer = Srbatch.Run("infer", "--manifest", tiny.Manifest, "--run", tiny.Run, "--threads", "1").Expect(ExitCode.Done);
        Assert.Equal([$"shard 0/1: 2 images, 2 done already, model {tiny.Model}"], infer.Logged("info"));
        Assert.Equal(model, RunFiles.Sha256(tiny.Model));
        Assert.Equal(images, RunFiles.Images(tiny.Run));
    }
}
