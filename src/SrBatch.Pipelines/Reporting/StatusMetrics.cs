using System.Globalization;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Prints the status of a run in the text format of Prometheus, as node_exporter's textfile collector reads it.</summary>
internal static class StatusMetrics
{
    public static void Write(TextWriter output, RunStatus status)
    {
        string run = Label("run", status.Run);
        Gauge("srbatch_images", "Images by state, those for training left out.",
        [
            ($"{run},state=\"done\"", status.Done),
            ($"{run},state=\"failed\"", status.Failed.Count),
            ($"{run},state=\"left\"", status.Left),
        ]);
        TrainingStatus[] trainings = [.. status.Whole.HasBegun ? status.Groups.Prepend(status.Whole) : status.Groups];
        Gauge("srbatch_training_step", "Training steps done.", trainings.Select(one => (Training(one), (double?)one.Step)));
        Gauge("srbatch_training_steps", "Training steps to do in all.", trainings.Select(one => (Training(one), (double?)one.Steps)));
        Gauge(
            "srbatch_training_steps_per_second",
            "Speed of the training that runs now.",
            trainings.Select(one => (Training(one), one.StepsPerSecond)));
        Gauge(
            "srbatch_tasks",
            "Tasks that work now.",
            ((string[])["train", "infer", "evaluate"]).Select(verb =>
                ($"{run},{Label("verb", verb)}", (double?)status.Tasks.Count(task => task.Verb == verb))));
        Gauge("srbatch_images_per_second", "Images that all infer tasks finish together.", [(run, status.ImagesPerSecond)]);
        Gauge("srbatch_seconds_left", "Until all images are done, at the present speed.", [(run, status.SecondsLeft)]);
        Gauge(
            "srbatch_memory_bytes",
            "Memory of the tasks that work now, the largest by verb.",
            status.Tasks.GroupBy(task => task.Verb).Select(tasks =>
                ($"{run},{Label("verb", tasks.Key)}", (double?)tasks.Max(task => task.MemoryBytes))));
        Gauge("srbatch_attempts", "Starts of tasks so far.", Used(sum => sum.Attempts));
        Gauge("srbatch_cpu_seconds", "Seconds of all processor cores so far.", Used(sum => sum.CpuSeconds));
        Gauge("srbatch_gpu_seconds", "Seconds that GPUs were held so far.", Used(sum => sum.GpuSeconds));

        string Training(TrainingStatus training) => $"{run},{Label("group", training.Group ?? "")}";

        IEnumerable<(string, double?)> Used(Func<UsageSum, double> value) => status.Usage.Select(sum =>
            ($"{run},{Label("verb", sum.Verb)},{Label("device", sum.Device)}", (double?)value(sum)));

        void Gauge(string name, string help, IEnumerable<(string Labels, double? Value)> samples)
        {
            (string Labels, double? Value)[] known = [.. samples.Where(sample => sample.Value is not null)];
            if (known.Length == 0)
            {
                return;
            }
            output.Write($"# HELP {name} {help}\n# TYPE {name} gauge\n");
            foreach ((string labels, double? value) in known)
            {
                output.Write($"{name}{{{labels}}} {value!.Value.ToString("R", CultureInfo.InvariantCulture)}\n");
            }
        }
    }

    private static string Label(string name, string value)
    {
        string escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{name}=\"{escaped}\"";
    }
}
