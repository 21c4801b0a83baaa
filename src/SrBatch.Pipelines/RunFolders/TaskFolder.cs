using System.Text.Json;
using SrBatch.Core.Progress;
using SrBatch.Storage.Claims;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>Reads what the tasks of a run did and do.</summary>
internal static class TaskFolder
{
    /// <returns>Every attempt, in the order of their begin, and whether its process is alive. Files that are no records are left out.</returns>
    public static IReadOnlyList<(TaskRecord Record, bool IsAlive)> Read(RunFolder run)
    {
        if (!Directory.Exists(run.Tasks))
        {
            return [];
        }
        var clock = new Lazy<DateTime>(() => ClaimFolder.Clock(run.Tasks));
        return
        [
            .. Directory.GetFiles(run.Tasks, "*.json")
                .Select(path => (Path: path, Record: TryRead(path)))
                .Where(task => task.Record is not null)
                .Select(task => (task.Record!, task.Record!.Ended is null && Claim.IsAlive(task.Path, task.Record.Holder, clock)))
                .OrderBy(task => task.Item1.Holder.Since),
        ];
    }

    private static TaskRecord? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), TaskRecordJson.Default.TaskRecord);
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
