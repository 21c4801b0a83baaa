using SrBatch.Core.Errors;

namespace SrBatch.Storage.Crashes;

/// <summary>What this process is doing, noted where its supervisor finds it after a crash. Without a supervisor the notes go nowhere.</summary>
public static class CrashMark
{
    private static CrashMemory? _memory;
    private static IReadOnlyDictionary<string, string> _passedOver = new Dictionary<string, string>();

    /// <summary>File that libhdf5 reads right now, absolute path; changed under its lock only.</summary>
    internal static string? File
    {
        get;
        set
        {
            if (!ReferenceEquals(field, value))
            {
                field = value;
                _memory?.File = value;
            }
        }
    }

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
