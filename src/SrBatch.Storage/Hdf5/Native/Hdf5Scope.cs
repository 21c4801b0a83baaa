using SrBatch.Storage.Crashes;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Holds the library's lock until it is disposed, and notes which file is read.</summary>
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
