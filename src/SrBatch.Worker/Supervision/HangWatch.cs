using System.Globalization;
using SrBatch.Storage.Crashes;

namespace SrBatch.Worker.Supervision;

/// <summary>
/// Tells a child that libhdf5 never gives back: damaged metadata can send it round an endless loop (seen in the global heap of 1.10.8). The mark of
/// one is computing time without a byte read, in one stretch of calls; a disk that does not answer takes no computing time and is waited for.
/// </summary>
/// <param name="process">The child.</param>
/// <param name="memory">Where it notes its calls.</param>
internal sealed class HangWatch(int process, CrashMemory memory)
{
    /// <summary>Computing time of a thread that no sound file takes between two reads: unpacking a chunk of 1 GiB takes less.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    /// <summary>USER_HZ, in which Linux tells computing times.</summary>
    private const int TicksPerSecond = 100;

    private int _call;
    private (TimeSpan Computed, long Read)? _atFirst;

    /// <summary>To be asked every <see cref="Interval"/>.</summary>
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

    /// <returns>Computing time of a thread of the child and the bytes it has read; null when the kernel does not tell.</returns>
    private (TimeSpan Computed, long Read)? Spent(int thread)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{thread}/");
        try
        {
            string state = File.ReadAllText(folder + "stat"); // 123 (name) S ...; the times in user and kernel mode are the 14th and 15th number
            string[] numbers = state[(state.LastIndexOf(')') + 2)..].Split(' ');
            string read = File.ReadLines(folder + "io").First(); // rchar: 123
            return (TimeSpan.FromSeconds((Number(numbers[11]) + Number(numbers[12])) / (double)TicksPerSecond), Number(read.Split(' ')[1]));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);
}
