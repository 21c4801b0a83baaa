using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.Planning;

/// <summary>The lines for sbatch, and what they ask for.</summary>
public class SubmitLinesTests
{
    private static readonly SubmitSite Site = new() { Command = "/opt/sr batch/srbatch", Scripts = "/opt/sr batch/slurm" };

    private static readonly PlannedDataset Dataset = new()
    {
        File = "/d/a.h5",
        Dataset = "/low",
        Axes = "yx",
        Shape = [2048, 2048],
        Start = [0, 0],
        Count = [2048, 2048],
        ElementType = ElementType.UInt16,
    };

    [Fact]
    public void All_TrainingAndEightShards_IsTheWholeChain() => Assert.Equal(
        [
            "forecast   training about 20 min, enhancing about 40 min in all and 5 min for the longest shard, on 4 cores each",
            "",
            "export MANIFEST=/d/night.json RUN='/runs/50% night' SRBATCH='/opt/sr batch/srbatch'",
            "train=$(sbatch --parsable --job-name=srbatch-train-50--night-aac08a4e --output='/runs/50%% night/logs/train.log' "
                + "--cpus-per-task=4 --mem=4G --time=55 --time-min=25 '/opt/sr batch/slurm/train.sbatch')",
            "infer=$(sbatch --parsable --dependency=afterok:$train --array=0-7 --job-name=srbatch-infer-50--night-aac08a4e "
                + "--output='/runs/50%% night/logs/infer-%a.log' --cpus-per-task=4 --mem=4G --time=30 --time-min=10 "
                + "'/opt/sr batch/slurm/infer-array.sbatch')",
            "sbatch --dependency=afterany:$infer --job-name=srbatch-report-50--night-aac08a4e "
                + "--output='/runs/50%% night/logs/report.log' --mem=4G --time=20 '/opt/sr batch/slurm/report.sbatch'",
        ],
        Lines(Site));

    [Fact]
    public void All_SeveralGroups_AlsoOffersAModelForEach()
    {
        string[] lines = Lines(Site, groups: ["g", "h"]);
        Assert.Equal("# or a model for each group:", lines[4]);
        Assert.Matches(@"^# train=\$\(sbatch --parsable --array=0-1 .*/logs/train-%a\.log' .*/train-groups\.sbatch'\)$", lines[5]);
    }

    [Fact]
    public void All_ShortPartition_AsksForNoMore() =>
        Assert.Contains(" --time=15 --time-min=15 ", Lines(Site with { MostMinutes = 15 })[3], StringComparison.Ordinal);

    [Fact]
    public void All_MoreShardsThanAnArrayMayHave_PlansAgain()
    {
        string[] lines = Lines(Site with { MostArrayTasks = 7 });
        Assert.Equal("# 8 shards are too many for one array here (MaxArraySize 7):", lines[3]);
        Assert.Equal("\"$SRBATCH\" plan --manifest \"$MANIFEST\" --run \"$RUN\" --shards 7", lines[4]);
        Assert.StartsWith("infer=$(sbatch --parsable --dependency=afterok:$train --array=0-6 ", lines[6], StringComparison.Ordinal);
        Assert.StartsWith("sbatch --dependency=afterany:$infer ", lines[7], StringComparison.Ordinal);
    }

    [Fact]
    public void All_ClusterWithGpus_SaysHowToAskForOne() => Assert.Equal(
        "# These lines ask for no GPU. For one, give --partition=gpu --gres=gpu:1 to sbatch.",
        Lines(Site with { GpuOption = "--partition=gpu --gres=gpu:1" })[2]);

    [Fact]
    public void All_ModelsOfSomeGroups_TrainsTheOthers_AndOfAllGroups_None()
    {
        using var folder = new TemporaryFolder();
        var run = new RunFolder(folder.File("run"));
        WriteModel("h");
        string[] lines = Lines(Site, run: run.Path, groups: ["g", "h", "i"]);
        Assert.Equal("# a model for each group that has none:", lines[3]);
        Assert.Matches(@"^train=\$\(sbatch --parsable --array=0,2 .*/train-groups\.sbatch'\)$", lines[4]);
        WriteModel("g");
        WriteModel("i");
        lines = Lines(Site, run: run.Path, groups: ["g", "h", "i"]);
        Assert.StartsWith("infer=$(sbatch --parsable --array=0-7 ", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("/infer-array.sbatch')", lines[3], StringComparison.Ordinal);

        void WriteModel(string group)
        {
            Directory.CreateDirectory(run.ModelFolder(group).Path);
            File.WriteAllText(run.ModelFolder(group).Model, "");
        }
    }

    [Fact]
    public void All_NothingToTrain_NamesTheModelToGive() =>
        Assert.EndsWith("/slurm/infer-array.sbatch' --model MODEL)", Lines(Site, Split.Infer)[3], StringComparison.Ordinal);

    [Fact]
    public void JobNames_OfRunsWithTheSameName_Differ()
    {
        string Name(string run) => Lines(Site, run: run)[3].Split("--job-name=")[1].Split(' ')[0];
        Assert.NotEqual(Name("/a/run"), Name("/b/run"));
        Assert.StartsWith("srbatch-train-run-", Name("/a/run"), StringComparison.Ordinal);
    }

    private static string[] Lines(SubmitSite site, Split split = Split.Train, string run = "/runs/50% night", params string[] groups)
    {
        var image = new PlannedImage { Id = "t", Group = "g", Split = split, Input = Dataset, Target = Dataset, Cost = 4 << 22 };
        Plan plan = new Plan
        {
            Name = "night",
            ManifestSha256 = "0123",
            Shards = 8,
            Model = new ModelOptions { Scale = 2 },
            Training = new TrainingOptions { ValidateEvery = 500 },
            Inference = new InferenceOptions(),
            Quality = new QualityOptions(),
            Images = [image, .. groups.Select(group => image with { Id = group, Group = group }), .. Enumerable.Range(0, 400).Select(i => image with { Id = $"{i:D3}", Split = Split.Infer })],
        }.WithShards(8);
        return [.. new SubmitLines(plan, new RunFolder(run), "/d/night.json", site).All()];
    }
}
