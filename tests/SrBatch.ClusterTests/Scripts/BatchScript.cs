using System.Text.RegularExpressions;

namespace SrBatch.ClusterTests.Scripts;

/// <summary>What Slurm takes without a word and what still loses work: beyond what <c>sbatch --test-only</c> and shellcheck see.</summary>
internal static partial class BatchScript
{
    private static readonly string[] NeededOptions = ["--open-mode=append", "--requeue", "--signal"];

    /// <param name="text">Of a script for sbatch that runs srbatch.</param>
    /// <returns>A line a problem, in order of lines; those of the whole script last.</returns>
    public static IReadOnlyList<string> Problems(string text)
    {
        string[] lines = text.Split('\n');
        int firstCommand = Array.FindIndex(lines, line => line.Length > 0 && line[0] != '#');
        var problems = new List<string>();
        var options = new List<string>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (MisspeltDirective().IsMatch(lines[i]))
            {
                problems.Add($"line {i + 1}: '{lines[i]}' is a comment to Slurm; write #SBATCH");
            }
            else if (lines[i].StartsWith("#SBATCH", StringComparison.Ordinal) && firstCommand >= 0 && i > firstCommand)
            {
                problems.Add($"line {i + 1}: '{lines[i]}' comes after the first command (line {firstCommand + 1}); Slurm ignores it");
            }
            else if (lines[i].StartsWith("#SBATCH ", StringComparison.Ordinal))
            {
                options.AddRange(lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1));
            }
        }
        problems.AddRange(NeededOptions.Where(needed => !options.Exists(option => option == needed || option.StartsWith(needed + "=", StringComparison.Ordinal))).Select(needed => $"no #SBATCH {needed}"));
        problems.AddRange(ProblemsOfEnd(Commands(lines), options.Find(option => option.StartsWith("--signal=", StringComparison.Ordinal))));
        return problems;
    }

    private static IEnumerable<string> ProblemsOfEnd(List<string> commands, string? signal)
    {
        string last = commands.LastOrDefault("");
        bool toTheScript = signal?.Contains("B:", StringComparison.Ordinal) == true;
        if (last.StartsWith("exec ", StringComparison.Ordinal))
        {
            if (signal is not null && !toTheScript)
            {
                yield return $"{signal} reaches srun's tasks only; an exec'ed srbatch needs --signal=B:...";
            }
        }
        else if (last.StartsWith("srun ", StringComparison.Ordinal) || PassesOnStepsCode(commands))
        {
            if (toTheScript)
            {
                yield return $"{signal} reaches the script only, not srun's tasks; leave out B:";
            }
        }
        else if (PassesOnSignals(commands))
        {
            if (signal is not null && !toTheScript)
            {
                yield return $"{signal} reaches srun's tasks only, but the script passes on what reaches itself; write B:";
            }
        }
        else
        {
            yield return $"the last command is '{last}'; it must be exec ... or srun ..., or srun's exit code be passed on: srun ...; rc=$?; ...; exit $rc. Slurm signals no child of the script, and requeues by its exit code";
        }
    }

    private static bool PassesOnStepsCode(List<string> commands)
    {
        int kept = commands.FindIndex(command => command == "rc=$?");
        return kept > 0 && commands[kept - 1].StartsWith("srun ", StringComparison.Ordinal) && commands[^1] is "exit $rc" or "exit \"$rc\"";
    }

    /// <summary>Whether srun runs in the background, and the script traps both signals for it, waits for it and ends with its exit code.</summary>
    private static bool PassesOnSignals(List<string> commands)
    {
        int step = commands.FindIndex(command => command.StartsWith("srun ", StringComparison.Ordinal) && command.EndsWith(" &", StringComparison.Ordinal));
        return step >= 0
            && commands[step + 1] == "step=$!"
            && commands[step + 2] == "trap 'kill -USR1 \"$step\"' USR1"
            && commands[step + 3] == "trap 'kill -TERM \"$step\"' TERM"
            && commands.FindIndex(command => command == "wait \"$step\"") is var wait
            && wait > step
            && commands[wait + 1] == "code=$?"
            && commands[^1] == "exit \"$code\"";
    }

    /// <summary>Without comments, continued lines as one.</summary>
    private static List<string> Commands(string[] lines) =>
        [.. Continuation().Replace(string.Join('\n', lines.Where(line => !line.TrimStart().StartsWith('#'))), " ").Split('\n', ';').Select(line => line.Trim()).Where(line => line.Length > 0)];

    [GeneratedRegex(@"^\s*#\s+SBATCH\b|^\s+#SBATCH\b|^#SBATCH[^\s]|^#sbatch\b")]
    private static partial Regex MisspeltDirective();

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();
}
