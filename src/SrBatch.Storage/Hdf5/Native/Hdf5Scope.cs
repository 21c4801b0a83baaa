using SrBatch.Storage.Crashes;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>The library's lock, held until disposed, and a note of what is read under it.</summary>
internal readonly ref struct Hdf5Scope
{
    private readonly Lock _held;

    internal Hdf5Scope(Lock held, string? file)
    {
        _held = held;
        CrashMark.BeginCalls(file);
    }

    public void Dispose()
    {
        CrashMark.EndCalls();
        _held.Exit();
    }
}
