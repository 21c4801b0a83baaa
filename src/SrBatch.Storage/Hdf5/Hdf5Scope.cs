using SrBatch.Storage.Crashes;

namespace SrBatch.Storage.Hdf5;

/// <summary>The library's lock, held until disposed, and a note of what is read under it.</summary>
internal readonly ref struct Hdf5Scope
{
    private readonly Lock.Scope _lock;

    internal Hdf5Scope(Lock.Scope held, string? file)
    {
        _lock = held;
        CrashMark.BeginCalls(file);
    }

    public void Dispose()
    {
        CrashMark.EndCalls();
        _lock.Dispose();
    }
}
