using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// Slurm restarts a job that ends with 75 without limit. After a number of restarts in a row without any progress, the job ends with 76, so
/// that Slurm holds it until somebody looks at it. Progress resets the count, and so does the release of a held job.
/// </summary>
public sealed class RestartLimit
{
    private readonly string? _path;
    private readonly RunContext _context;
    private readonly int _most;

    /// <param name="run">Keeps the count: <c>restarts/VERB-JOB_TASK.json</c>.</param>
    /// <param name="verb">Counted separately: a job may run several verbs.</param>
    /// <param name="most">Restarts in a row that may pass without progress.</param>
    /// <param name="context">Outside a Slurm job nothing is counted.</param>
    public RestartLimit(RunFolder run, string verb, int most, RunContext context)
    {
        _context = context;
        _most = most;
        _path = context.Slurm.JobId is null ? null : Path.Combine(run.Restarts, $"{verb}-{JobName}.json");
    }

    private string JobName => _context.Slurm.ArrayTaskId is { } task
        ? string.Create(CultureInfo.InvariantCulture, $"{_context.Slurm.ArrayJobId ?? _context.Slurm.JobId}_{task}")
        : _context.Slurm.JobId!;

    /// <param name="done">See <see cref="RestartRecord"/>.</param>
    /// <param name="kept">See <see cref="RestartRecord"/>.</param>
    /// <exception cref="SrBatchException">Exit code 76: restarts used up.</exception>
    public void Begin(long done, long kept)
    {
        if (_path is null)
        {
            return;
        }
        var now = new RestartRecord(_context.Slurm.RestartCount, done, kept, _context.Slurm.RestartCount);
        RestartRecord? before = Read();
        // A job of the same number but fewer restarts is another one's: of a cluster that counts anew.
        if (before is null || now.IsBeyond(before) || now.Restart < before.Restart)
        {
            Write(now);
            return;
        }
        RefuseRestartsInVain(now, before);
        Write(before with { Judged = now.Restart });
    }

    /// <summary>Call it when a signal ended a start: a signal that came before <see cref="Begin"/> counts, too.</summary>
    /// <exception cref="SrBatchException">Exit code 76: restarts used up.</exception>
    public void Stopped()
    {
        if (_path is null)
        {
            return;
        }
        var now = new RestartRecord(_context.Slurm.RestartCount, 0, 0, -1);
        RestartRecord? before = Read();
        if (before is null || now.Restart < before.Restart)
        {
            Write(now);
        }
        else if (before.Judged != now.Restart)
        {
            RefuseRestartsInVain(now with { Done = before.Done, Kept = before.Kept }, before);
        }
    }

    /// <summary>Forgets the count: all work is done.</summary>
    public void End()
    {
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    private void RefuseRestartsInVain(RestartRecord now, RestartRecord before)
    {
        int inVain = now.Restart - before.Restart;
        if (inVain > _most)
        {
            Write(now);
            throw new SrBatchException(
                ExitCode.RestartsUsedUp,
                $"restarts used up: job {JobName} was restarted {inVain} times in a row without any progress (--max-restarts {_most}). "
                + $"The log of the starts before tells what stopped it; 'scontrol release {JobName}' gives a held job {_most} more.");
        }
    }

    private RestartRecord? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(_path!), RestartRecordJson.Default.RestartRecord);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private void Write(RestartRecord record) =>
        AtomicFile.WriteText(_path!, JsonSerializer.Serialize(record, RestartRecordJson.Default.RestartRecord) + "\n");
}
