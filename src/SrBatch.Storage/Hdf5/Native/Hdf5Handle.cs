using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>An HDF5 identifier that is closed when it is disposed or finalized.</summary>
internal sealed class Hdf5Handle : SafeHandle
{
    private readonly Func<long, int> _close;

    private Hdf5Handle(long id, Func<long, int> close)
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
        _close = close;
        SetHandle((nint)id);
    }

    public override bool IsInvalid => handle <= 0;

    /// <summary>The identifier; 0 or negative if the call that created it failed.</summary>
    internal long Id
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    internal static Hdf5Handle File(long id) => new(id, H5F.close);

    internal static Hdf5Handle Dataset(long id) => new(id, H5D.close);

    internal static Hdf5Handle Object(long id) => new(id, H5O.close);

    internal static Hdf5Handle Attribute(long id) => new(id, H5A.close);

    internal static Hdf5Handle Space(long id) => new(id, H5S.close);

    internal static Hdf5Handle Type(long id) => new(id, H5T.close);

    internal static Hdf5Handle List(long id) => new(id, H5P.close);

    /// <summary>Closes the identifier now and returns whether that succeeded, unlike <see cref="SafeHandle.Dispose()"/>.</summary>
    /// <returns>False if the library could not close it, e.g. because the disk is full.</returns>
    internal bool TryClose()
    {
        if (IsClosed || IsInvalid)
        {
            return true;
        }
        using var scope = Hdf5Library.Enter();
        var id = handle;
        SetHandleAsInvalid();
        return _close(id) >= 0;
    }

    protected override bool ReleaseHandle()
    {
        using var scope = Hdf5Library.Enter();
        return _close(handle) >= 0;
    }
}
