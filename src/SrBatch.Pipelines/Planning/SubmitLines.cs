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

    /// <summary>Whether the folder has its plan; if not, the lines begin with making it.</summary>
    public bool IsPlanned { get; init; } = true;

    /// <summary>The forecast, then the lines to type.</summary>
    public IEnumerable<string> All()
    {
        bool isTooWide = plan.Shards > site.MostArrayTasks;
        Plan fit = isTooWide ? plan.WithShards(site.MostArrayTasks) : plan;
        WorkForecast work = WorkForecast.Of(fit);
        IReadOnlyList<string> groups = plan.TrainingGroups();
        int[] untrained = [.. Enumerable.Range(0, groups.Count).Where(i => !File.Exists(run.ModelFolder(groups[i]).Model))];
        bool isTrained = work.TrainMinutes > 0 && untrained.Length > 0 && !File.Exists(run.ModelFolder(null).Model);
        bool isByGroup = untrained.Length < groups.Count;
        string train = isTrained ? Invariant($"training about {Round(work.TrainMinutes / Cores)} min, ") : "";
        yield return Invariant($"forecast   {train}enhancing about {Round(work.InferMinutes / Cores)} min in all and ")
            + Invariant($"{Round(work.ShardMinutes / Cores)} min for the longest shard, on {Cores} cores each");
        yield return "";
        if (site.GpuOption is { } gpu)
        {
            yield return $"# These lines ask for no GPU. For one, give {gpu} to sbatch.";
        }
        yield return $"export MANIFEST={Quote(manifest)} RUN={Quote(run.Path)} SRBATCH={Quote(site.Command)}";
        if (isTooWide)
        {
            yield return $"# {plan.Shards} shards are too many for one array here (MaxArraySize {site.MostArrayTasks}):";
        }
        if (isTooWide || !IsPlanned)
        {
            yield return Invariant($"\"$SRBATCH\" plan --manifest \"$MANIFEST\" --run \"$RUN\" --shards {fit.Shards}");
        }
        if (isTrained && !isByGroup)
        {
            yield return $"train=$({Sbatch("train", null, null, work.TrainMinutes)} {Script("train")})";
        }
        if (isTrained && groups.Count > 1)
        {
            string array = isByGroup ? string.Join(',', untrained) : Invariant($"0-{groups.Count - 1}");
            yield return isByGroup ? "# a model for each group that has none:" : "# or a model for each group:";
            yield return $"{(isByGroup ? "" : "# ")}train=$({Sbatch("train", null, array, work.TrainMinutes)} {Script("train-groups")})";
        }
        if (plan.Enhanced().Any())
        {
            bool hasModel = isTrained
                || plan.Enhanced().Select(image => image.Group).Distinct().All(group => run.ModelFor(group) is not null);
            string? tasks = fit.Shards > 1 ? Invariant($"0-{fit.Shards - 1}") : null;
            string infer = Sbatch("infer", isTrained ? "afterok:$train" : null, tasks, work.ShardMinutes);
            yield return $"infer=$({infer} {Script("infer-array")}{(hasModel ? "" : " --model MODEL")})";
            yield return $"{Sbatch("report", "afterany:$infer", null, 0)} {Script("report")}";
        }
    }

    /// <param name="kind">Verb.</param>
    /// <param name="dependency">Jobs to wait for; null: none.</param>
    /// <param name="array">Numbers of the array's tasks; null: a single job.</param>
    /// <param name="coreMinutes">Forecast for one task.</param>
    private string Sbatch(string kind, string? dependency, string? array, double coreMinutes)
    {
        bool isReport = kind == "report";
        double minutes = coreMinutes / (isReport ? 1 : Cores);
        double most = Math.Min(site.MostMinutes ?? MostMinutes, MostMinutes);
        double time = Math.Min(Round((2 * minutes) + 20), most), least = Math.Min(Round(minutes + 5), time);
        string log = Path.Combine(run.Logs.Replace("%", "%%", StringComparison.Ordinal), array is null ? $"{kind}.log" : $"{kind}-%a.log");
        string?[] words =
        [
            isReport ? "sbatch" : "sbatch --parsable",
            dependency is null ? null : $"--dependency={dependency}",
            array is null ? null : $"--array={array}",
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
