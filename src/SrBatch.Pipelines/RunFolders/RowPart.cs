using System.Globalization;
using SrBatch.Pipelines.Host;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// Rows that one attempt of a task produces, in a file of its own that is whole at any time: it is written again with more rows now and
/// then, and at the end.
/// </summary>
/// <param name="folder">Of the file.</param>
/// <param name="shard">For its name, <c>part-SHARD-TIME-NODE-PID.parquet</c>.</param>
/// <param name="write">Writes the rows to a path.</param>
/// <param name="context">The world outside.</param>
internal sealed class RowPart<TRow>(string folder, string shard, Action<string, IReadOnlyList<TRow>> write, RunContext context)
{
    /// <summary>Rows are kept after so many new ones, or after this time.</summary>
    private const int MostUnkept = 500;
    private static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(30);

    /// <summary>A part takes at least so many times longer to fill than to write.</summary>
    private const int WorkPerWrite = 20;

    private readonly List<TRow> _rows = [];
    private string? _path;
    private int _kept;
    private long _keptAt = context.Time.GetTimestamp();
    private TimeSpan _lastWrite;

    /// <summary>Adds rows, and writes the part if that is due, so that a kill loses few.</summary>
    public void Add(IEnumerable<TRow> rows)
    {
        _rows.AddRange(rows);
        TimeSpan passed = context.Time.GetElapsedTime(_keptAt);
        if (passed >= WorkPerWrite * _lastWrite && (_rows.Count - _kept >= MostUnkept || passed >= KeepInterval))
        {
            Write();
        }
    }

    /// <summary>Writes all rows; nothing when there is none.</summary>
    public void Write()
    {
        long started = context.Time.GetTimestamp();
        if (_rows.Count > 0)
        {
            write(_path ??= Path.Combine(folder, NewName()), _rows);
        }
        (_kept, _keptAt, _lastWrite) = (_rows.Count, context.Time.GetTimestamp(), context.Time.GetElapsedTime(started));
    }

    private string NewName()
    {
        string time = context.Time.GetUtcNow().ToString("yyyyMMddTHHmmssfff", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"part-{shard}-{time}-{Environment.MachineName}-{Environment.ProcessId}.parquet");
    }
}
