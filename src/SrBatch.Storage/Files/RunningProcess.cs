using System.Globalization;
using System.Runtime.InteropServices;

namespace SrBatch.Storage.Files;

/// <summary>Processes of this machine, from <c>/proc</c>.</summary>
public static class RunningProcess
{
    // /proc/PID/stat: 123 (name) S ...; the name may hold anything, the state comes after its last bracket, the start 19 numbers later.
    private const int StartAfterState = 19;

    /// <summary>Start time of this process, in clock ticks since boot; 0 if unknown.</summary>
    public static long OwnStart { get; } = Stat(Environment.ProcessId)?.Start ?? 0;

    /// <summary>Whether a process is running. A zombie, which has ended but whose parent has not waited for it, is not.</summary>
    /// <param name="process">The process id.</param>
    /// <param name="start">
    /// Its start time, see <see cref="OwnStart"/>; a process with the same id and another start time does not count. Null: any.
    /// </param>
    public static bool IsAlive(int process, long? start = null)
    {
        if (Libc.kill(process, 0) != 0 && Marshal.GetLastPInvokeError() != Libc.EPERM)
        {
            return false;
        }
        // Null: it has ended meanwhile or is hidden from us.
        return Stat(process) is not { } stat || (stat.State is not ('Z' or 'X') && (start is null or 0 || stat.Start == start));
    }

    private static (char State, long Start)? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], long.Parse(fields[StartAfterState], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
