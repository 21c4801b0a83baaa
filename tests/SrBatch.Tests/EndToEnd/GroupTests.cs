using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Storage.Weights;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>One model a group: trained apart and at once, chosen by each image's group.</summary>
public sealed class GroupTests(GroupedRun grouped) : IClassFixture<GroupedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_TwoTasksAtOnce_EachOnItsOwnGroup()
    {
        foreach ((SrbatchResult train, string group, string structure) in grouped.Trained.Zip([GroupedRun.Filaments, GroupedRun.Spots], ["filaments", "spots"]))
        {
            train.Expect(ExitCode.Done);
            Assert.Empty(train.Logged("warning"));
            Assert.Contains($"training on group '{group}' only, in {GroupedRun.Of(grouped.Run, group)}", train.Logged("info"));
            JsonNode card = Card(GroupedRun.Model(grouped.Run, group));
            Assert.Equal(group, (string?)card["group"]);
            Assert.Equal($"""["{structure}-0","{structure}-1"]""", card["trainingImages"]!.ToJsonString());
            Assert.Equal(["2", "2048", "6", "6", "1", "16", "137"], ((JsonNode?[])[card["trainingPlanes"], card["trainingPixels"], card["step"], card["training"]!["steps"], card["training"]!["seed"], card["stride"], card["receptiveField"]]).Select(value => value!.ToJsonString()));
            Assert.Equal(["CC-BY-4.0", "A. Nonymous", "0.345"], ((JsonNode?[])[card["model"]!["licence"], card["model"]!["author"], card["pixelSizeUm"]]).Select(value => value!.ToString()));
            JsonNode scores = Assert.Single(card["validationGroups"]!.AsArray())!;
            Assert.Equal([group, "1"], ((string[])["group", "planes"]).Select(key => scores[key]!.ToString()));
            Assert.Equal((double)card["validationPsnrDb"]!, (double)scores["psnrDb"]!);
            Assert.Equal(["2", "4", "6"], DuckDbTable.Query($"SELECT step FROM '{GroupedRun.Of(grouped.Run, group)}/training.parquet'"));
            Assert.Null(card["init"]);
        }
        Assert.Equal(1, grouped.Trained.Count(train => train.Logged("info").Any(line => line.StartsWith("plan frozen in ", StringComparison.Ordinal))));
        Assert.False(File.Exists(Path.Combine(grouped.Run, "model.safetensors")));
        Assert.Empty(RunFiles.Temporaries(grouped.Run));
    }

    [Fact]
    public void Infer_EachImage_ByItsGroupsModel_AndOneWithoutModelFailsAlone()
    {
        grouped.Infer.Expect(ExitCode.ImagesFailed);
        string missing = $"no model for group 'unknown': neither {GroupedRun.Model(grouped.Run, "unknown")} nor {grouped.Run}/model.safetensors exists. Train one (srbatch train --group 'unknown', or without --group for all) and run again.";
        Assert.Equal([$"unknown failed: {missing}"], grouped.Infer.Logged("error"));
        Assert.Contains($"shard 0/1: 5 images, 0 done already, model {GroupedRun.Model(grouped.Run, GroupedRun.Filaments)}, {GroupedRun.Model(grouped.Run, GroupedRun.Spots)}", grouped.Infer.Logged("info"));

        string run = _folder.File("run");
        RunFiles.Copy(grouped.Run, run);
        Srbatch.Run("report", "--run", run).Expect(ExitCode.ImagesFailed);
        string filaments = RunFiles.Sha256(GroupedRun.Model(run, GroupedRun.Filaments)), spots = RunFiles.Sha256(GroupedRun.Model(run, GroupedRun.Spots));
        Assert.NotEqual(filaments, spots);
        Assert.Equal(
            [$"filaments-2|{filaments}|True", $"filaments-3|{filaments}|True", $"spots-2|{spots}|True", $"spots-3|{spots}|True", "unknown||False"],
            DuckDbTable.Query($"SELECT image, model_sha256, width IS NOT NULL FROM '{run}/quality.parquet'"));
        Assert.Equal(
            [$"{GroupedRun.Spots} {spots}", $"{GroupedRun.Filaments} {filaments}"],
            ((string[])["spots-2", "filaments-3"]).Select(id => ChildProcess.Python("import h5py, sys\na = h5py.File(sys.argv[1])['sr'].attrs\nprint(a['model_group'], a['model_sha256'])", $"{run}/images/{id}.h5").Trim()));

        // A model of all images, in the same folder: it takes the image that was left, and none of the others.
        Srbatch.Run([.. grouped.Train(run)]).Expect(ExitCode.Done);
        JsonNode whole = Card($"{run}/model.safetensors");
        Assert.Null(whole["group"]);
        Assert.Equal([GroupedRun.Filaments, GroupedRun.Spots], whole["validationGroups"]!.AsArray().Select(scores => (string?)scores!["group"]));
        Assert.Equal((double)whole["validationPsnrDb"]!, whole["validationGroups"]!.AsArray().Average(scores => (double)scores!["psnrDb"]!), 1e-9);
        grouped.Enhance(run).Expect(ExitCode.Done);
        Assert.Equal(grouped.Images, RunFiles.Images(run).SkipLast(1));
        JsonNode status = Srbatch.Run("status", "--run", run, "--json").Expect(ExitCode.Done).Json;
        Assert.Equal(["6", "true", "5", "0"], ((string[])["step", "modelWritten", "done", "left"]).Select(key => status[key]!.ToString()));
        Assert.Equal($$"""[{"group":"filaments","step":6,"steps":6,"modelWritten":true},{"group":"{{GroupedRun.Spots}}","step":6,"steps":6,"modelWritten":true}]""", status["groups"]!.ToJsonString());
        Assert.StartsWith(
            $"{run}: tiny\ntraining   step 6 of 6, model written\ntraining   step 6 of 6, model written, group 'filaments'\ntraining   step 6 of 6, model written, group '{GroupedRun.Spots}'\n",
            Srbatch.Run("status", "--run", run).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_ModelsOfAnotherRunFolder_GiveTheSameImages()
    {
        string run = _folder.File("run");
        grouped.Enhance(run, "--model", grouped.Run).Expect(ExitCode.ImagesFailed);
        Assert.Equal(grouped.Images, RunFiles.Images(run));

        SrbatchResult empty = grouped.Enhance(_folder.File("other"), "--model", _folder.Path).Expect(ExitCode.BadManifest);
        Assert.Equal([$"--model: {_folder.Path} has neither model.safetensors nor a model of a group; expected a run folder that was trained, or a model file."], empty.Logged("error"));
    }

    [Fact]
    public void Infer_OneGroupsModelDamaged_CostsOnlyItsImages()
    {
        string run = _folder.File("run"), damaged = GroupedRun.Model(run, GroupedRun.Spots);
        RunFiles.Copy(grouped.Run, run);
        Directory.Delete(Path.Combine(run, "images"), recursive: true);
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^5] ^= 1;
        File.WriteAllBytes(damaged, bytes);
        SrbatchResult infer = grouped.Enhance(run).Expect(ExitCode.ImagesFailed);
        Assert.Equal(grouped.Images.Take(2), RunFiles.Images(run));
        string[] errors = [.. infer.Logged("error").Where(line => !line.StartsWith("unknown", StringComparison.Ordinal))];
        Assert.Equal(2, errors.Length);
        Assert.All(errors, line => Assert.Matches($"^spots-[23] failed: {damaged}: .*sha256", line));
    }

    [Fact]
    public void Infer_GroupsModelReplaced_IsRefused()
    {
        string run = _folder.File("run"), model = GroupedRun.Model(run, GroupedRun.Spots);
        RunFiles.Copy(grouped.Run, run);
        File.Copy(GroupedRun.Model(run, GroupedRun.Filaments), model, overwrite: true);
        File.Delete(Path.Combine(run, "images", "spots-2.h5"));
        SrbatchResult infer = grouped.Enhance(run).Expect(ExitCode.BadManifest);
        Assert.Equal(
            [$"{run}/images/spots-3.h5 was made by another model (sha256 {RunFiles.Sha256(GroupedRun.Model(grouped.Run, GroupedRun.Spots))[..12]}) than {model} ({RunFiles.Sha256(model)[..12]}). Use a new run folder, or delete the images of group '{GroupedRun.Spots}' in {run}/images to make them again."],
            infer.Logged("error"));
    }

    [Fact]
    public void Train_GroupKilledThenStopped_EndsInTheSameModel_AsTrainedBesideAnother()
    {
        string run = _folder.File("run");
        foreach (int signal in (int[])[SrbatchProcess.Kill, SrbatchProcess.Terminate])
        {
            using SrbatchProcess process = Srbatch.Start(grouped.Train(run, "--group", GroupedRun.Spots));
            int before = RunFiles.Checkpoints(GroupedRun.Of(run, GroupedRun.Spots)).Count;
            process.WaitUntil(() => RunFiles.Checkpoints(GroupedRun.Of(run, GroupedRun.Spots)).Count > before);
            process.Signal(signal);
            process.Wait();
        }
        Srbatch.Run(grouped.Train(run, "--group", GroupedRun.Spots)).Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Sha256(GroupedRun.Model(grouped.Run, GroupedRun.Spots)), RunFiles.Sha256(GroupedRun.Model(run, GroupedRun.Spots)));
        Assert.Equal(["spots%20%2F%2060x"], Directory.GetDirectories(Path.Combine(run, "groups")).Select(Path.GetFileName));
        Assert.Empty(RunFiles.Temporaries(run));

        SrbatchResult again = Srbatch.Run(grouped.Train(run, "--group", GroupedRun.Spots)).Expect(ExitCode.Done);
        Assert.Equal($"already trained: {GroupedRun.Model(run, GroupedRun.Spots)} has all 6 steps", again.Logged("info")[^1]);
    }

    [Fact]
    public void Train_GroupThatIsNotThere_OrTaskBeyond_ListsTheGroups()
    {
        string groups = $"0 'filaments' (2 images), 1 '{GroupedRun.Spots}' (2 images)";
        Assert.Equal([$"--group is 'unknown', but {grouped.Run}/plan.json has no training image of that group; it has {groups}."], Refused("unknown"));
        Assert.Equal([$"--group is 'all', but {grouped.Run}/plan.json has no training image of that group; it has {groups}."], Refused("all"));
        SrbatchResult beyond = Srbatch.RunIn([("SLURM_ARRAY_TASK_ID", "2")], grouped.Train(grouped.Run, "--group-of-task")).Expect(ExitCode.Usage);
        Assert.Equal([$"SLURM_ARRAY_TASK_ID is 2, but {grouped.Run}/plan.json has 2 groups with training images: {groups}. Submit --array=0-1."], beyond.Logged("error"));
        SrbatchResult outside = Srbatch.Run(grouped.Train(grouped.Run, "--group-of-task")).Expect(ExitCode.Usage);
        Assert.Equal(["--group-of-task needs SLURM_ARRAY_TASK_ID, which is not set. Submit slurm/train-groups.sbatch with --array=0-1, or pass --group NAME."], outside.Logged("error"));
    }

    [Fact]
    public void Plan_SeveralGroups_ListsThemWithTheirNumbers() => Assert.Contains(
        $"\ngroup 0          2 images to train on: filaments\ngroup 1          2 images to train on: {GroupedRun.Spots}\nforecast ",
        Srbatch.Run("plan", "--manifest", grouped.Manifest, "--run", _folder.File("run")).Expect(ExitCode.Done).Output, StringComparison.Ordinal);

    [Fact]
    public void Inspect_GroupsModel_PrintsItsCard()
    {
        string model = GroupedRun.Model(grouped.Run, GroupedRun.Spots);
        string[] lines = Srbatch.Run("inspect", model).Expect(ExitCode.Done).Output.Split('\n');
        JsonNode card = Srbatch.Run("inspect", model, "--json").Expect(ExitCode.Done).Json["card"]!;
        Assert.Equal(Card(model).ToJsonString(), card.ToJsonString());
        string psnr = ((double)card["validationPsnrDb"]!).ToString("F2", null), ssim = ((double)card["validationSsim"]!).ToString("F4", null);
        // Where the machine has units for it.
        string cost = card["bf16CostDb"] is { } db ? $"; in bf16 its validation PSNR is {((double)db).ToString("F3", null)} dB lower than in fp32" : "";
        Assert.Equal(
            $"""
              name         tiny
              group        {GroupedRun.Spots}
              licence      CC-BY-4.0
              author       A. Nonymous
              network      unet, scale 2, 4 features
              intensities  percentiles 0.1 and 99.9 of a channel become 0 and 1; targets regressed
              tiles        sides multiples of 16 input pixels, 137 around what is kept
              pixel size   0.345 um, median of the inputs
              training     step 6 of 6, l1, batch 2, patch 32, rate 0.001 oneCycle, seed 1
              precision    trained in {card["trainedIn"]}{cost}
              data         2 images, 2 planes, 2048 input pixels: spots-0, spots-1
              validation   {psnr} dB, SSIM {ssim}
                           {GroupedRun.Spots}: {psnr} dB, SSIM {ssim}, 1 plane
              plan         {card["planSha256"]}
              version      {card["version"]}
            """.Split('\n'), lines[1..16]);
        Assert.Matches(@"^  bottom\.bias \[32\]$", lines[16]);
    }

    private IReadOnlyList<string> Refused(string group) => Srbatch.Run(grouped.Train(grouped.Run, "--group", group)).Expect(ExitCode.Usage).Logged("error");

    private static JsonNode Card(string model) => JsonNode.Parse(Safetensors.ReadMetadata(model)["srbatch"])!;
}
