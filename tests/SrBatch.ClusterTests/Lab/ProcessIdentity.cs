using System.Globalization;
using SrBatch.Storage.Files;

namespace SrBatch.ClusterTests.Lab;

/// <summary>A process that cannot be mistaken for a later one with the same id.</summary>
/// <param name="Id">Of the process.</param>
/// <param name="StartTime">In the kernel's ticks since it was booted.</param>
internal sealed record ProcessIdentity(int Id, long StartTime)
{
    /// <summary>False for a zombie too.</summary>
    public bool IsAlive => Of(Id) == this;

    /// <returns>Null when there is no such process, or only a zombie.</returns>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat")); // 12 (name) S ...; the start time is the 22nd
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new ProcessIdentity(id, long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Null when these are not numbers.</returns>
    public static ProcessIdentity? Parse(string id, string startTime) =>
        int.TryParse(id, CultureInfo.InvariantCulture, out int number) && long.TryParse(startTime, CultureInfo.InvariantCulture, out long ticks) ? new ProcessIdentity(number, ticks) : null;

    /// <summary>Nothing happens when it has ended.</summary>
    public void Signal(int signal)
    {
        if (IsAlive)
        {
            _ = Libc.kill(Id, signal);
        }
    }

    /// <returns>Whether it ended in time.</returns>
    public bool WaitForEnd(TimeSpan patience) => Patience.Until(() => !IsAlive, patience);
}
