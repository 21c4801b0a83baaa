using System.Globalization;
using System.Runtime.InteropServices;

namespace SrBatch.Storage.Files;

/// <summary>Processes of this machine, as the kernel lists them.</summary>
public static class RunningProcess
{
    // /proc/PID/stat: 123 (name) S ...; the name may hold anything, the state comes after its last bracket, the start 19 numbers later.
    private const int StartAfterState = 19;

    /// <summary>When this process started, in clock ticks since the machine did; 0 where the kernel does not tell.</summary>
    public static long OwnStart { get; } = Stat(Environment.ProcessId)?.Start ?? 0;

    /// <summary>False for one that has ended but whose parent never asked how, as the init of a container may not.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="start">When it started, see <see cref="OwnStart"/>: another of the same number is not it. Null: any.</param>
    public static bool IsAlive(int process, long? start = null)
    {
        if (Libc.kill(process, 0) != 0 && Marshal.GetLastPInvokeError() != Libc.EPERM)
        {
            return false;
        }
        // Null: gone meanwhile, or hidden from us; whoever looks next sees.
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
