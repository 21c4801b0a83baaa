using SrBatch.Core.Errors;

namespace SrBatch.Storage.Crashes;

/// <summary>What this process is doing, noted where its supervisor finds it after a crash. Without a supervisor the notes go nowhere.</summary>
public static class CrashMark
{
    private static CrashMemory? _memory;
    private static IReadOnlyDictionary<string, string> _passedOver = new Dictionary<string, string>();

    [ThreadStatic]
    private static int _thread;

    private static string? _file;
    private static int _depth;

    /// <summary>From now on notes go to <paramref name="memory"/>, and what it lists is passed over.</summary>
    public static void Attach(CrashMemory memory)
    {
        _memory = memory;
        _passedOver = memory.ReadPassedOver();
    }

    /// <summary>Notes the image in work; null: none.</summary>
    /// <exception cref="SrBatchException">It has crashed earlier attempts (exit 65).</exception>
    public static void EnterImage(string? id)
    {
        _memory?.Image = id;
        if (id is not null)
        {
            RequireNotPassedOver(id);
        }
    }

    /// <summary>Notes whether this process claims what it works on, and so finds out itself what kills it.</summary>
    public static void NoteClaims(bool any) => _memory?.HasClaims = any;

    /// <summary>True when the supervisor saw that process, on this machine, crash while it had claims.</summary>
    public static bool HasCrashed(int process) => process != 0 && _memory?.Crashed == process;

    /// <summary>Notes that calls into libhdf5 begin; under its lock only, and nested as that is.</summary>
    /// <param name="file">Absolute path of what they read; null: as noted, the one read last.</param>
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
    /// <exception cref="SrBatchException">It has crashed earlier attempts (exit 65).</exception>
    internal static void RequireNotPassedOver(string what)
    {
        if (_passedOver.TryGetValue(what, out var reason))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{what}: {reason}");
        }
    }
}
