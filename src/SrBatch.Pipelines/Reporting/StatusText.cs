using System.Globalization;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Prints the status of a run.</summary>
internal static class StatusText
{
    public static void Write(TextWriter output, RunStatus status)
    {
        output.WriteLine($"{status.Run}: {status.Name}");
        bool hasWhole = status.Groups.Count == 0 || status.Step > 0 || status.ModelWritten;
        foreach (TrainingStatus training in hasWhole ? status.Groups.Prepend(status.Whole) : status.Groups)
        {
            string model = training.ModelWritten ? ", model written" : "";
            string group = training.Group is null ? "" : $", group '{training.Group}'";
            output.WriteLine($"training   step {training.Step} of {status.Steps}{model}{group}");
        }
        output.WriteLine($"images     {status.Done} done, {status.Failed.Count} failed, {status.Left} left of {status.Images}");
        if (status.ImagesPerSecond is { } rate)
        {
            string left = status.Left == 0 ? "" : $", about {TimeSpan.FromSeconds(status.Left / rate):d\\.hh\\:mm\\:ss} left";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate       {rate * 3600:F0} images an hour{left}"));
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
}
