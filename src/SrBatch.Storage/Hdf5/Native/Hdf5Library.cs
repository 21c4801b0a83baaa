using System.Diagnostics;
using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>
/// The machine's libhdf5, 1.10.3 to 2.x, found and loaded on first use. Thread safe: as most builds of the library are not,
/// every call into it is made under one lock.
/// </summary>
public static class Hdf5Library
{
    /// <summary>What the bindings import from; <see cref="Resolve"/> maps it to the library found.</summary>
    internal const string Name = "hdf5";

    private static readonly TimeSpan MostSpinning = TimeSpan.FromMicroseconds(100);
    private static readonly Lock Gate = new();
    private static nint _library;
    private static string? _path;
    private static Version? _version;

    /// <summary>HDF5 keeps its switch for printing errors per thread in thread-safe builds.</summary>
    [ThreadStatic]
    private static bool _isSilent;

    /// <summary>Loads the library, or finds that it is loaded.</summary>
    /// <returns>The library's version, and the file or loader name it came from.</returns>
    /// <exception cref="SrBatchException">No usable library on this node (exit 69); the message names what was tried and what to install.</exception>
    public static (Version Version, string Path) Load()
    {
        using var scope = Enter();
        return (_version!, _path!);
    }

    /// <summary>True when the calling thread holds the lock, and so must not wait for another that needs it.</summary>
    internal static bool IsEntered => Gate.IsHeldByCurrentThread;

    /// <summary>Takes the lock around calls into the library, loading it when this is the first; may be taken again by its holder.</summary>
    /// <param name="file">Whose bytes the calls will read, and so the one to blame when the library crashes; null: the file named last.</param>
    internal static Hdf5Scope Enter(string? file = null)
    {
        EnterGate();
        var scope = new Hdf5Scope(Gate, file);
        try
        {
            if (_version is null)
            {
                LoadFirst();
            }
            if (!_isSilent)
            {
                // Its errors go into our messages, not to stderr.
                _ = H5E.set_auto(H5E.Default, 0, 0);
                _isSilent = true;
            }
            return scope;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Threads that unpack chunks take turns of some 20 us. To be put to sleep and woken for that takes longer than to look again for a moment:
    /// chunks of 128 KiB without filters come at 5000 instead of 2900 MiB/s (2 cores, 2026-11-23).
    /// </summary>
    private static void EnterGate()
    {
        var begun = Stopwatch.GetTimestamp();
        while (!Gate.TryEnter())
        {
            if (Stopwatch.GetElapsedTime(begun) > MostSpinning)
            {
                Gate.Enter();
                return;
            }
            Thread.SpinWait(20);
        }
    }

    /// <summary>Address of the first of <paramref name="names"/> that the library exports.</summary>
    internal static nint Export(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (TryExport(name) is var address and not 0)
            {
                return address;
            }
        }
        throw new SrBatchException(ExitCode.Unavailable,
            $"{_path}: HDF5 {_version} exports no {string.Join(", ", names.ToArray())}. Set {Hdf5Search.Variable} to a full build of HDF5 1.10.3 to 2.x.");
    }

    internal static nint TryExport(string name) => NativeLibrary.TryGetExport(_library, name, out var address) ? address : 0;

    /// <summary>Value of a predefined type or property class, e.g. <c>H5T_NATIVE_FLOAT_g</c>; set by the library when it initialises.</summary>
    internal static unsafe long Constant(string name) => *(long*)Export(name);

    private static void LoadFirst()
    {
        // On network disks locks hang or fail, and nobody writes what we read. It must be in C's environment before the
        // library initialises, which .NET's Environment.SetEnvironmentVariable does not reach.
        _ = Libc.setenv("HDF5_USE_FILE_LOCKING", "FALSE", overwrite: 0);
        // Where a file's links lead is the file's and the manifest's to say, not that of whoever runs us.
        Array.ForEach(["HDF5_EXT_PREFIX", "HDF5_VDS_PREFIX", "HDF5_EXTFILE_PREFIX"], prefix => _ = Libc.unsetenv(prefix));
        var found = Hdf5Search.FromEnvironment();
        if (_library == 0)
        {
            (_library, _path) = found.Load();
            NativeLibrary.SetDllImportResolver(typeof(Hdf5Library).Assembly, Resolve);
        }
        // After a failed write (disk full) the library's clean-up at exit crashes, which would hide our exit code (1.10.8, Debian 12).
        // Nothing is lost without it: files are closed by us.
        _ = H5.dont_atexit();
        if (H5.open() < 0 || H5.get_libversion(out var major, out var minor, out var release) < 0)
        {
            throw new SrBatchException(ExitCode.Unavailable, $"{_path}: HDF5 does not start. {Hdf5Search.Remedy}");
        }
        var version = new Version((int)major, (int)minor, (int)release);
        if (version < new Version(1, 10, 3)) // the first with H5Dread_chunk and H5Dwrite_chunk
        {
            throw new SrBatchException(ExitCode.Unavailable, $"{_path}: HDF5 is {version}; expected 1.10.3 to 2.x. {Hdf5Search.Remedy}");
        }
        _version = version;
    }

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path) => name == Name ? _library : 0;
}
