using System.Globalization;
using SrBatch.Storage.Crashes;

namespace SrBatch.Worker.Supervision;

/// <summary>
/// Detects a child whose call to libhdf5 never returns: damaged metadata can cause an endless loop (seen in the global heap of 1.10.8).
/// Its sign is computing time without reading a byte, within one stretch of calls. A disk that does not answer takes no computing time and
/// is waited for.
/// </summary>
/// <param name="process">The child.</param>
/// <param name="memory">Where the child notes its calls.</param>
internal sealed class HangWatch(int process, CrashMemory memory)
{
    /// <summary>No sound file takes a thread this long between two reads: unpacking a chunk of 1 GiB takes less.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    /// <summary>USER_HZ, the unit of computing times in /proc.</summary>
    private const int TicksPerSecond = 100;

    private int _call;
    private (TimeSpan Computed, long Read)? _atFirst;

    /// <summary>Must be called every <see cref="Interval"/>.</summary>
    public bool IsHung()
    {
        if (!memory.IsInside || memory.Call is var call && call != _call)
        {
            _call = memory.Call;
            _atFirst = null;
            return false;
        }
        (TimeSpan Computed, long Read)? now = Spent(memory.CallThread);
        if (_atFirst is null || now is null || now.Value.Read != _atFirst.Value.Read)
        {
            _atFirst = now;
            return false;
        }
        return now.Value.Computed - _atFirst.Value.Computed > Limit;
    }

    /// <returns>Computing time of a thread of the child, and the bytes that it read; null when the kernel hides them.</returns>
    private (TimeSpan Computed, long Read)? Spent(int thread)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{thread}/");
        try
        {
            // "123 (name) S ..."; fields 14 and 15 are the times in user and kernel mode.
            string state = File.ReadAllText(folder + "stat");
            string[] numbers = state[(state.LastIndexOf(')') + 2)..].Split(' ');
            long ticks = Number(numbers[11]) + Number(numbers[12]);
            string read = File.ReadLines(folder + "io").First(); // "rchar: 123"
            return (TimeSpan.FromSeconds(ticks / (double)TicksPerSecond), Number(read.Split(' ')[1]));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);
}
