using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Planning;

/// <summary>The lines for a shell that submit a planned run to Slurm.</summary>
/// <param name="plan">The frozen plan.</param>
/// <param name="run">Its folder.</param>
/// <param name="manifest">Absolute path of its manifest.</param>
/// <param name="site">What the cluster allows.</param>
internal sealed class SubmitLines(Plan plan, RunFolder run, string manifest, SubmitSite site)
{
    private const int Cores = 4;

    /// <summary>Enough for windows of 2 GiB and what comes besides them; training reads from disk what does not fit.</summary>
    private const string Memory = "4G";

    /// <summary>Longest time limit asked for, minutes: after it the job resumes, and few partitions allow more.</summary>
    private const double MostMinutes = 24 * 60;

    /// <summary>The forecast, then the lines to type; first a warning where the cluster cannot run the plan's array.</summary>
    public IEnumerable<string> All()
    {
        WorkForecast work = WorkForecast.Of(plan);
        bool isTrained = work.TrainMinutes > 0 && !File.Exists(run.ModelFolder(null).Model);
        bool isEnhanced = plan.Enhanced().Any();
        string train = isTrained ? Invariant($"training about {Round(work.TrainMinutes / Cores)} min, ") : "";
        yield return Invariant($"forecast   {train}enhancing about {Round(work.InferMinutes / Cores)} min in all and ")
            + Invariant($"{Round(work.ShardMinutes / Cores)} min for the longest shard, on {Cores} cores each");
        yield return "";
        yield return $"export MANIFEST={Quote(manifest)} RUN={Quote(run.Path)} SRBATCH={Quote(site.Command)}";
        if (isTrained)
        {
            yield return $"train=$({Sbatch("train", null, 1, work.TrainMinutes)} {Script("train")})";
        }
        if (isTrained && plan.TrainingGroups() is { Count: > 1 } groups)
        {
            yield return "# or a model for each group:";
            yield return $"# train=$({Sbatch("train", null, groups.Count, work.TrainMinutes)} {Script("train-groups")})";
        }
        if (isEnhanced && plan.Shards > site.MostArrayTasks)
        {
            yield return $"# {plan.Shards} shards are too many for one array here (MaxArraySize {site.MostArrayTasks}): "
                + $"plan again with --shards {site.MostArrayTasks} or fewer";
        }
        else if (isEnhanced)
        {
            string model = isTrained || File.Exists(run.ModelFolder(null).Model) ? "" : " --model MODEL";
            string infer = Sbatch("infer", isTrained ? "afterok:$train" : null, plan.Shards, work.ShardMinutes);
            yield return $"infer=$({infer} {Script("infer-array")}{model})";
            yield return $"{Sbatch("report", "afterany:$infer", 1, 0)} {Script("report")}";
        }
    }

    private string Sbatch(string kind, string? dependency, int tasks, double coreMinutes)
    {
        bool isReport = kind == "report";
        double minutes = coreMinutes / (isReport ? 1 : Cores);
        double most = Math.Min(site.MostMinutes ?? MostMinutes, MostMinutes);
        double time = Math.Min(Round((2 * minutes) + 20), most), least = Math.Min(Round(minutes + 5), time);
        string log = Path.Combine(run.Logs.Replace("%", "%%", StringComparison.Ordinal), tasks > 1 ? $"{kind}-%a.log" : $"{kind}.log");
        string?[] words =
        [
            isReport ? "sbatch" : "sbatch --parsable",
            dependency is null ? null : $"--dependency={dependency}",
            tasks > 1 ? Invariant($"--array=0-{tasks - 1}") : null,
            $"--job-name={JobName(kind)}",
            $"--output={Quote(log)}",
            isReport ? null : Invariant($"--cpus-per-task={Cores}"),
            $"--mem={Memory}",
            Invariant($"--time={time}"),
            isReport ? null : Invariant($"--time-min={least}"),
        ];
        return string.Join(' ', words.OfType<string>());
    }

    /// <summary>
    /// The folder's name, for people, and a hash of its path: jobs of other runs must not have the same name, or
    /// <c>--dependency=singleton</c> would make them wait for each other.
    /// </summary>
    private string JobName(string kind)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run.Path)))[..8];
        string name = string.Concat(run.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' ? letter : '-'));
        return $"srbatch-{kind}-{name}-{hash}";
    }

    private string Script(string name) => Quote(Path.Combine(site.Scripts, name + ".sbatch"));

    private static string Quote(string text) => ShellWord.Quote(text);

    /// <summary>Up to the next five minutes.</summary>
    private static double Round(double minutes) => Math.Max(5, Math.Ceiling(minutes / 5) * 5);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
