using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;

namespace SrBatch.Tests.Core.Manifests;

public class ManifestParserTests
{
    private const string Whole = """
        {
          // Everything that a manifest may hold.
          "$schema": "manifest.schema.json",
          "name": "actin-x2",
          "images": [
            { "id": "fov-001", "group": "actin", "split": "train",
              "input":  { "file": "pairs/fov-001.h5", "dataset": "/low", "axes": "tcyx", "select": { "t": "0:10", "c": 1, "y": "4:" } },
              "target": { "file": "pairs/fov-001.h5", "dataset": "/high" } }, /* and a glob: */
            { "glob": "night/**/*.h5", },
          ],
          "imagesFrom": "more.csv",
          "model": { "network": "unet", "scale": 2, "features": 16, "licence": "CC-BY-4.0", "author": "A. Nonymous" },
          "training": {
            "steps": 100, "batch": 3, "patch": 32, "loss": "gan", "pixelLoss": "l1", "lambda": 10, "nu": 0.5,
            "discriminatorEvery": 2, "discriminatorStart": 7, "learningRate": 2e-4, "discriminatorLearningRate": 3e-5,
            "schedule": "plateau", "plateauPatience": 4, "plateauFactor": 0.25, "patience": 9, "gradientClip": 1.5,
            "emaDecay": 0.9, "percentileLow": 1, "percentileHigh": 99, "targetIntensity": "percentiles",
            "checkpointEvery": 10, "logEvery": 5, "validateEvery": 20, "seed": 9000000000
          },
          "inference": { "tile": 512, "halo": 64, "batch": 4, "orientations": 8, "output": "float32" },
          "quality": { "metrics": ["psnr", "frc"] },
        }
        """;

    [Fact]
    public void Parse_EveryKey_IsTaken()
    {
        Manifest manifest = ManifestParser.Parse(Whole, "m.json");
        Assert.Equal(("actin-x2", "more.csv"), (manifest.Name, manifest.ImagesFrom));
        Assert.Equal(
            new ModelOptions { Network = "unet", Scale = 2, Features = 16, Licence = "CC-BY-4.0", Author = "A. Nonymous" },
            manifest.Model);
        Assert.Equal(
            new TrainingOptions
            {
                Steps = 100,
                Batch = 3,
                Patch = 32,
                Loss = LossKind.Gan,
                PixelLoss = PixelLoss.L1,
                Lambda = 10,
                Nu = 0.5,
                DiscriminatorEvery = 2,
                DiscriminatorStart = 7,
                LearningRate = 2e-4,
                DiscriminatorLearningRate = 3e-5,
                Schedule = LearningRateSchedule.Plateau,
                PlateauPatience = 4,
                PlateauFactor = 0.25,
                Patience = 9,
                GradientClip = 1.5,
                EmaDecay = 0.9,
                PercentileLow = 1,
                PercentileHigh = 99,
                TargetIntensity = TargetIntensity.Percentiles,
                CheckpointEvery = 10,
                LogEvery = 5,
                ValidateEvery = 20,
                Seed = 9_000_000_000,
            },
            manifest.Training);
        Assert.Equal(new InferenceOptions { Tile = 512, Halo = 64, Batch = 4, Orientations = 8 }, manifest.Inference);
        Assert.Equal(["psnr", "frc"], manifest.Quality.Metrics);

        Assert.Equal(2, manifest.Images.Count);
        ImageEntry first = manifest.Images[0];
        Assert.Equal(("images[0]", "fov-001", null, "actin", Split.Train), (first.Key, first.Id, first.Glob, first.Group, first.Split));
        Assert.Equal(("pairs/fov-001.h5", "/low", "tcyx"), (first.Input.File, first.Input.Dataset, first.Input.Axes));
        Assert.Equal(
            [('t', new AxisRange(0, 10)), ('c', AxisRange.At(1)), ('y', new AxisRange(4, null))],
            first.Input.Select.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(
            ("pairs/fov-001.h5", "/high", null, 0),
            (first.Target!.File, first.Target.Dataset, first.Target.Axes, first.Target.Select.Count));
        ImageEntry glob = manifest.Images[1];
        Assert.Equal(
            ("images[1]", null, "night/**/*.h5", "default", Split.Infer, null),
            (glob.Key, glob.Id, glob.Glob, glob.Group, glob.Split, glob.Target));
        Assert.Equal((null, "auto", null), (glob.Input.File, glob.Input.Dataset, glob.Input.Axes));
    }

    [Fact]
    public void Parse_ImagesAlone_TakesEveryDefault()
    {
        Manifest manifest = ManifestParser.Parse("""{ "images": [] }""", "m.json");
        Assert.Equal(("unnamed", 0, null), (manifest.Name, manifest.Images.Count, manifest.ImagesFrom));
        Assert.Equal(new ModelOptions { Network = "unet", Scale = 1, Features = 32 }, manifest.Model);
        Assert.Equal(
            new TrainingOptions
            {
                Steps = 20000,
                Batch = 12,
                Patch = 64,
                Loss = LossKind.Gan,
                LearningRate = 1e-3,
                DiscriminatorLearningRate = 1e-4,
                Schedule = LearningRateSchedule.OneCycle,
                EmaDecay = 0.995,
                PercentileLow = 0.1,
                PercentileHigh = 99.9,
                TargetIntensity = TargetIntensity.Regressed,
                CheckpointEvery = 500,
                LogEvery = 50,
                ValidateEvery = 500,
                Seed = 1,
            },
            manifest.Training);
        Assert.Equal(
            new InferenceOptions { Tile = null, Halo = null, Batch = null, HaloRule = HaloRule.Exact, Output = OutputType.Float32 },
            manifest.Inference);
        Assert.Equal(
            ["psnr", "ssim", "ms_ssim", "nrmse", "pearson", "rsp", "rse", "frc", "decorrelation", "input_snr"],
            manifest.Quality.Metrics);
    }

    [Fact]
    public void Parse_EmptySections_TakeTheSameDefaults()
    {
        Manifest bare = ManifestParser.Parse("""{ "images": [] }""", "m.json");
        Manifest empty = ManifestParser.Parse(
            """
            {
              "images": [], "model": {}, "training": {},
              "inference": {"tile": "auto", "halo": "exact", "batch": "auto"}, "quality": {}
            }
            """,
            "m.json");
        Assert.Equal((bare.Model, bare.Training, bare.Inference), (empty.Model, empty.Training, empty.Inference));
        Assert.Equal(bare.Quality.Metrics, empty.Quality.Metrics);
    }

    [Fact]
    public void Parse_CheckpointEvery_IsAlsoWhenToValidate() =>
        Assert.Equal(
            70,
            ManifestParser.Parse("""{ "images": [], "training": { "checkpointEvery": 70 } }""", "m.json").Training.ValidateEvery);

    [Fact]
    public void Parse_ManyMistakes_AreAllNamedAtOnce()
    {
        const string json = """
            {
              "nmae": "x",
              "images": [
                7,
                { "split": "training" },
                { "id": "a/b", "glob": "*.h5", "split": "test", "input": { "file": "a.h5", "axes": "yxx" } },
                { "id": "c", "input": { "dataset": 1, "select": { "q": 1, "t": "3:2", "z": [1] } } }
              ],
              "model": { "network": "resnet", "scale": 3, "features": "many" },
              "training": {
                "steps": 0.5, "patch": 40, "loss": "GAN", "checkpointEvery": "often",
                "percentileLow": 99, "percentileHigh": 1, "emaDecay": 1, "seed": -1
              },
              "inference": { "tile": "large", "halo": -1, "batch": 5000000000, "output": "uint16" },
              "quality": { "metrics": ["psnr", "vibes", 3] }
            }
            """;
        AssertFails(
            """
            m.json: 30 problems
              model.features is the string 'many'; must be a whole number
              training.checkpointEvery is the string 'often'; must be a whole number
              training.steps is 0.5; must be a whole number
              training.loss is 'GAN'; must be one of gan, mse, l1
              inference.tile is 'large'; must be "auto" or a whole number
              inference.batch is 5000000000; must be at most 2147483647
              inference.output is 'uint16'; must be one of float32, input
              quality.metrics has the number 3; must be strings
              nmae is not a key; did you mean name?
              images[0] is the number 7; must be an object
              images[1].split is 'training'; must be one of train, validation, test, infer
              images[1] has neither id nor glob; must have one of them
              images[2].input.axes is 'yxx'; must be some of the letters tczyx in the dataset's order, each once, y and x among them
              images[2] has both id and glob; must have one of them
              images[2].id is 'a/b'; must be 1 to 200 letters, digits, '.', '-' or '_', not starting with a dot: it names the output file
              images[2].input.file is 'a.h5'; must be absent beside glob, which names the files
              images[2].target is missing; split test needs one
              images[3].input.dataset is the number 1; must be a string
              images[3].input.select.q is not an axis; must be one of t, c, z, y, x
              images[3].input.select.t is the string '3:2'; must be an index such as 1 or a range such as "0:10"
              images[3].input.select.z is an array; must be an index such as 1 or a range such as "0:10"
              images[3].input.file is missing; must name the HDF5 file of 'c'
              model.network is 'resnet'; must be one of unet, rcan, dfcan
              model.scale is 3; must be 1, 2 or 4
              training.seed is -1; must be 0 to 9223372036854775807
              training.patch is 40; must be a multiple of 16, 16 x model.scale (networks work on blocks of 16 x 16 input pixels)
              training.emaDecay is 1; must be 0 to 0.999999
              training.percentileLow is 99; must be below percentileHigh, 1
              inference.halo is -1; must be "exact", "auto" or at least 0
              quality.metrics has 'vibes'; must be of psnr, ssim, ms_ssim, nrmse, pearson, rsp, rse, frc, decorrelation, input_snr
            """,
            json);
    }

    [Theory]
    [InlineData("""{ "images": [], "training": { "stesp": 1 } }""", "training.stesp is not a key; did you mean training.steps?")]
    [InlineData("""{ "images": [], "Model": {} }""", "Model is not a key; did you mean model?")]
    [InlineData(
        """{ "images": [], "inference": { "precision": "bf16" } }""",
        "inference.precision is not a key; allowed are tile, halo, batch, orientations, output")]
    [InlineData("""{ "images": [], "inference": { "orientations": 4 } }""", "inference.orientations is 4; must be 1 or 8")]
    [InlineData(
        """{ "images": [{ "glob": "*", "input": { "path": "x" } }] }""",
        "images[0].input.path is not a key; allowed are file, dataset, axes, select")]
    [InlineData("""{}""", "images and imagesFrom are both missing; one must say which images to use")]
    [InlineData(
        """{ "images": {} }""",
        "images is an object; must be an array",
        "images and imagesFrom are both missing; one must say which images to use")]
    [InlineData(
        """{ "images": [], "training": { "checkpointEvery": "often" } }""",
        "training.checkpointEvery is the string 'often'; must be a whole number")]
    [InlineData("""{ "images": [], "training": { "learningRate": 1e999 } }""", "training.learningRate is Infinity; must be 1E-09 to 1")]
    [InlineData(
        """{ "images": [], "inference": { "tile": 128, "halo": 64 } }""",
        "inference.halo is 64; must be below 64 (half of inference.tile), or nothing would be kept of a tile")]
    [InlineData("""{ "images": [{ "id": "a", "input": { "file": "a.h5", "select": { "t": 9223372036854775807 } } }] }""",
        "images[0].input.select.t is the number 9223372036854775807; must be an index such as 1 or a range such as \"0:10\"")]
    [InlineData("""[]""", "the manifest is an array; must be an object")]
    public void Parse_Mistake_IsNamed(string json, params string[] problems) =>
        AssertFails($"m.json: {problems.Length} problem{(problems.Length == 1 ? "" : "s")}\n  {string.Join("\n  ", problems)}", json);

    [Theory]
    [InlineData("images: []", "not JSON in line 1, column 1: found 'i'; "
        + "expected a value: a text in double quotes, a number, true, false, null, '{' or '['")]
    [InlineData("", "not JSON in line 1, column 1: the text is empty; expected an object: { ... }")]
    [InlineData("""{ "name": "a", "name": "b" }""", "key 'name' is there twice in one object; must be there once")]
    [InlineData("{\n  \"name\": \"\u00e9\" \"model\": {}\n}",
        "not JSON in line 2, column 15: found '\"'; expected ',' or the closing '}' or ']'")]
    [InlineData("{ 'name': 1 }", "not JSON in line 1, column 3: found '''; expected a key in double quotes")]
    [InlineData("""{ "name" 1 }""", "not JSON in line 1, column 10: found '1'; expected ':' after the key")]
    [InlineData("""{ "images": [""", "not JSON in line 1, column 14: the text ends too early; a closing '}' or ']' is missing")]
    [InlineData("""{ "name": "C:\data" }""", "not JSON in line 1, column 15: found 'd'; "
        + "after '\\' expected one of \" \\ / b f n r t u; write \\\\ for a backslash")]
    [InlineData("{ \"name\": \"a\nb\" }", "not JSON in line 1, column 13: "
        + "a line break or tabulator within a text; close the text with '\"', or write \\n or \\t")]
    [InlineData("{} x", "not JSON in line 1, column 4: found 'x'; expected nothing after the end of the object")]
    public void Parse_NoJson_SaysWhere(string json, string problem) => AssertFails($"m.json: 1 problem\n  {problem}", json);

    private static void AssertFails(string message, string json)
    {
        SrBatchException fault = Assert.Throws<SrBatchException>(() => ManifestParser.Parse(json, "m.json"));
        Assert.Equal(message.ReplaceLineEndings("\n"), fault.Message);
        Assert.Equal(ExitCode.BadManifest, fault.ExitCode);
    }
}
