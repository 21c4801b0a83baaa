using SrBatch.Storage.Crashes;

namespace SrBatch.Storage.Hdf5;

/// <summary>The library's lock, held until disposed, and the file that is being read under it.</summary>
internal readonly ref struct Hdf5Scope
{
    private readonly Lock.Scope _lock;
    private readonly string? _before;

    internal Hdf5Scope(Lock.Scope held, string? file)
    {
        _lock = held;
        _before = CrashMark.File;
        CrashMark.File = file ?? _before;
    }

    public void Dispose()
    {
        CrashMark.File = _before;
        _lock.Dispose();
    }
}
