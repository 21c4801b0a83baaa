using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// Tells everybody who looks at the run what this process does: one small file in <c>tasks/</c>, replaced every ten seconds. No result
/// depends on it: if the disk does not take it, the work goes on.
/// </summary>
internal sealed class TaskState : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly RunContext _context;
    private readonly string _path;
    private readonly ITimer _timer;
    private readonly long _started;
    private TaskRecord _record;
    private string _device = "cpu";
    private long? _tookGpu;
    private bool _isRefused;

    private TaskState(RunFolder run, TaskRecord record, RunContext context)
    {
        (_record, _context, _started) = (record, context, context.Time.GetTimestamp());
        string time = record.Holder.Since.ToString("yyyyMMddTHHmmssfff", CultureInfo.InvariantCulture);
        string node = Environment.MachineName;
        _path = Path.Combine(
            run.Tasks, string.Create(CultureInfo.InvariantCulture, $"{record.Verb}-{time}-{node}-{record.Holder.Process}.json"));
        Write();
        _timer = context.Time.CreateTimer(_ => Write(), null, Interval, Interval);
    }

    /// <summary>So far.</summary>
    public TaskUsage Usage => new(
        _device,
        Math.Round(_context.Time.GetElapsedTime(_started).TotalSeconds, 3),
        Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 3),
        _tookGpu is { } took ? Math.Round(_context.Time.GetElapsedTime(took).TotalSeconds, 3) : 0);

    /// <param name="run">Gets the file.</param>
    /// <param name="verb">See <see cref="TaskRecord.Verb"/>.</param>
    /// <param name="work">Shard, or group of the training.</param>
    /// <param name="left">Images to do.</param>
    /// <param name="context">The world outside.</param>
    public static TaskState Begin(RunFolder run, string verb, string work, int left, RunContext context) => new(
        run,
        new TaskRecord
        {
            Verb = verb,
            Holder = context.Claimant(work),
            Rank = context.Slurm.Rank.Index,
            Updated = context.Time.GetUtcNow(),
            Left = left,
            Usage = new TaskUsage("cpu", 0, 0, 0),
            Version = AppVersion.Text,
        },
        context);

    /// <summary>From now on the process holds this device.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    public void Takes(string device)
    {
        _device = device;
        _tookGpu = device == "cpu" ? null : _context.Time.GetTimestamp();
    }

    public void ImageDone() => Change(record => record with { Done = record.Done + 1, Left = record.Left - 1 });

    public void ImageFailed() => Change(record => record with { Failed = record.Failed + 1, Left = record.Left - 1 });

    /// <summary>So many images are left to do, once it is known that others need not be done.</summary>
    public void Leaves(int left) => Change(record => record with { Left = left });

    public void Dispose()
    {
        _timer.Dispose();
        Change(record => record with { Ended = _context.Time.GetUtcNow() });
        Write();
    }

    private void Change(Func<TaskRecord, TaskRecord> change)
    {
        lock (_gate)
        {
            _record = change(_record);
        }
    }

    private void Write()
    {
        lock (_gate)
        {
            _record = Now();
            try
            {
                AtomicFile.WriteText(_path, JsonSerializer.Serialize(_record, TaskRecordJson.Default.TaskRecord) + "\n");
            }
            catch (SrBatchException fault)
            {
                if (!_isRefused)
                {
                    Log.Warning(_context.Log, $"{fault.Message} 'srbatch status' will not show what this task does; the work goes on.");
                }
                _isRefused = true;
            }
        }
    }

    private TaskRecord Now()
    {
        TaskRecord record = _record with
        {
            Updated = _context.Time.GetUtcNow(),
            Usage = Usage,
            MemoryBytes = Environment.WorkingSet,
        };
        // Between two pieces of work, and while a training is calibrated, the last state stays.
        return _context.Progress.State is not { } state || state.Work != record.Verb ? record : record with
        {
            Unit = state.Unit,
            UnitsDone = Math.Round(state.Done, 6),
            UnitsTotal = Math.Round(state.Total, 6),
            UnitsPerSecond = state.PerSecond,
        };
    }
}
