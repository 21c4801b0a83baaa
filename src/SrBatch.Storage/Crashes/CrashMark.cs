using SrBatch.Core.Errors;

namespace SrBatch.Storage.Crashes;

/// <summary>
/// Notes what this process is doing in memory that its supervisor can read after a crash. Does nothing without a supervisor.
/// </summary>
public static class CrashMark
{
    private static CrashMemory? _memory;
    private static IReadOnlyDictionary<string, string> _passedOver = new Dictionary<string, string>();

    [ThreadStatic]
    private static int _thread;

    private static string? _file;
    private static int _depth;

    /// <summary>Writes notes to <paramref name="memory"/> from now on, and skips the files and images that it lists.</summary>
    public static void Attach(CrashMemory memory)
    {
        _memory = memory;
        _passedOver = memory.ReadPassedOver();
    }

    /// <summary>Notes the current image; null: none.</summary>
    /// <exception cref="SrBatchException">It crashed earlier attempts (exit 65).</exception>
    public static void EnterImage(string? id)
    {
        _memory?.Image = id;
        if (id is not null)
        {
            RequireNotPassedOver(id);
        }
    }

    /// <summary>Notes whether this process holds claims on its work, with which its successor finds out what crashed it.</summary>
    public static void NoteClaims(bool any) => _memory?.HasClaims = any;

    /// <summary>True if the supervisor on this machine saw that process crash while it held claims.</summary>
    public static bool HasCrashed(int process) => process != 0 && _memory?.Crashed == process;

    /// <summary>True if the supervisor on this machine saw that process killed, probably for lack of memory.</summary>
    public static bool WasKilled(int process) => process != 0 && _memory?.Killed == process;

    /// <summary>How often earlier attempts of this supervisor were killed for lack of memory.</summary>
    public static int MemoryKills => _memory?.MemoryKills ?? 0;

    /// <summary>Notes that an image is done, or has failed for lack of memory.</summary>
    public static void NoteDone()
    {
        if (_memory is { } memory)
        {
            lock (memory)
            {
                memory.Done++;
            }
        }
    }

    /// <summary>Notes that calls into libhdf5 begin. Calls may nest; the caller holds the library's lock.</summary>
    /// <param name="file">Absolute path of the file that they read; null: the same file as last time.</param>
    internal static void BeginCalls(string? file)
    {
        _depth++;
        if (_memory is not { } memory)
        {
            return;
        }
        if (file is not null && !ReferenceEquals(file, _file))
        {
            memory.File = _file = file;
        }
        memory.CountCall(_thread == 0 ? _thread = Files.Libc.gettid() : _thread);
        memory.IsInside = true;
    }

    internal static void EndCalls()
    {
        if (--_depth == 0)
        {
            _memory?.IsInside = false;
        }
    }

    /// <param name="what">Absolute path of a file, or id of an image.</param>
    /// <exception cref="SrBatchException">It crashed earlier attempts (exit 65).</exception>
    internal static void RequireNotPassedOver(string what)
    {
        if (_passedOver.TryGetValue(what, out var reason))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{what}: {reason}");
        }
    }
}
