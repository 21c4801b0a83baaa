using System.Globalization;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting;

/// <summary>A run's status for people.</summary>
internal static class StatusText
{
    public static void Write(TextWriter output, RunStatus status)
    {
        output.WriteLine($"{status.Run}: {status.Name}");
        foreach (TrainingStatus training in status.Groups.Count == 0 || status.Step > 0 || status.ModelWritten ? status.Groups.Prepend(status.Whole) : status.Groups)
        {
            output.WriteLine($"training   step {training.Step} of {status.Steps}{(training.ModelWritten ? ", model written" : "")}{(training.Group is null ? "" : $", group '{training.Group}'")}");
        }
        output.WriteLine($"images     {status.Done} done, {status.Failed.Count} failed, {status.Left} left of {status.Images}");
        if (status.ImagesPerSecond is { } rate)
        {
            string left = status.Left == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", about {TimeSpan.FromSeconds(status.Left / rate):d\\.hh\\:mm\\:ss} left");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate       {rate * 3600:F0} images an hour{left}"));
        }
        foreach (RunningWork running in status.Running)
        {
            output.WriteLine($"running    {running.Work} on node {running.Node}, {(running.Job is null ? $"process {running.Process}" : $"job {running.Job}")}, since {running.Since:yyyy-MM-ddTHH:mm:ssZ}");
        }
        foreach (FailedImage failed in status.Failed)
        {
            output.WriteLine($"failed     {failed.Image}: {failed.Reason}");
        }
    }
}
