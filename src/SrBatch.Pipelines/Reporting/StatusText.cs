using System.Globalization;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Prints the status of a run.</summary>
internal static class StatusText
{
    public static void Write(TextWriter output, RunStatus status)
    {
        output.WriteLine($"{status.Run}: {status.Name}");
        foreach (TrainingStatus training in status.Whole.HasBegun ? status.Groups.Prepend(status.Whole) : status.Groups)
        {
            string model = training.ModelWritten ? ", model written" : "";
            string group = training.Group is null ? "" : $", group '{training.Group}'";
            string rate = training.StepsPerSecond is { } perSecond
                ? Text($", {perSecond:G3} steps/s{Left((training.Steps - training.Step) / perSecond)}")
                : "";
            output.WriteLine($"training   step {training.Step} of {training.Steps}{model}{group}{rate}");
        }
        output.WriteLine($"images     {status.Done} done, {status.Failed.Count} failed, {status.Left} left of {status.Images}");
        if (status.ImagesPerSecond is { } images)
        {
            output.WriteLine(Text($"rate       {images * 3600:F0} images an hour{(status.Left > 0 ? Left(status.SecondsLeft) : "")}"));
        }
        foreach (TaskStatus task in status.Tasks)
        {
            string job = task.Job is null ? $"process {task.Process}" : $"job {task.Job}";
            string done = task.Done is null
                ? task.Step is null ? "" : $", step {task.Step} of {task.Steps}"
                : $", {task.Done} done, {task.Failed} failed, {task.Left} left";
            string ranks = task.Ranks > 1 ? $", {task.Ranks} ranks" : "";
            string memory = Text($", {task.MemoryBytes / 1e9:F1} GB");
            output.WriteLine(
                $"task       {$"{task.Verb} {task.Work}".TrimEnd()} on node {task.Node}, {job}, {task.Device}{ranks}, "
                + $"since {task.Since:yyyy-MM-ddTHH:mm:ssZ}{done}{memory}");
        }
        foreach (RunningWork running in status.Running)
        {
            string job = running.Job is null ? $"process {running.Process}" : $"job {running.Job}";
            output.WriteLine($"running    {running.Work} on node {running.Node}, {job}, since {running.Since:yyyy-MM-ddTHH:mm:ssZ}");
        }
        foreach (FailedImage failed in status.Failed)
        {
            output.WriteLine($"failed     {failed.Image}: {failed.Reason}");
        }
    }

    private static string Left(double? seconds) => seconds is { } left && left < TimeSpan.MaxValue.TotalSeconds
        ? $", about {TimeSpan.FromSeconds(Math.Max(0, left)):d\\.hh\\:mm\\:ss} left"
        : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
