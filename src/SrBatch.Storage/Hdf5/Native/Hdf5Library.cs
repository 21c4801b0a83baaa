using System.Diagnostics;
using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>
/// The machine's libhdf5, 1.10.3 to 2.x, found and loaded on first use. Most builds of the library are not thread-safe, so every call into
/// it is made under one lock.
/// </summary>
public static class Hdf5Library
{
    /// <summary>Library name in the bindings; <see cref="Resolve"/> maps it to the library found.</summary>
    internal const string Name = "hdf5";

    private static readonly TimeSpan MostSpinning = TimeSpan.FromMicroseconds(100);
    private static readonly Lock Gate = new();
    private static nint _library;
    private static string? _path;
    private static Version? _version;

    /// <summary>Whether this thread has switched off error printing: thread-safe builds of HDF5 keep the switch per thread.</summary>
    [ThreadStatic]
    private static bool _isSilent;

    /// <summary>Loads the library if it is not loaded yet.</summary>
    /// <returns>The library's version, and the file or loader name it came from.</returns>
    /// <exception cref="SrBatchException">
    /// No usable library on this node (exit 69). The message says what was tried and what to install.
    /// </exception>
    public static (Version Version, string Path) Load()
    {
        using var scope = Enter();
        return (_version!, _path!);
    }

    /// <summary>True if the calling thread holds the lock. It must then not wait for a thread that needs the lock.</summary>
    internal static bool IsEntered => Gate.IsHeldByCurrentThread;

    /// <summary>Takes the lock for calls into the library, and loads the library on first use. The holder may take it again.</summary>
    /// <param name="file">The file that the calls read, which is blamed if the library crashes; null: the file named last.</param>
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
                // Errors go into our messages, not to stderr.
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
    /// Takes the lock; spins for a moment before it sleeps. Threads that unpack chunks hold the lock for about 20 us, and sleeping and
    /// waking takes longer than that: chunks of 128 KiB without filters are read at 5000 instead of 2900 MiB/s (2 cores, 2026-11-23).
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
            $"{_path}: HDF5 {_version} exports no {string.Join(", ", names.ToArray())}. "
            + $"Set {Hdf5Search.Variable} to a full build of HDF5 1.10.3 to 2.x.");
    }

    internal static nint TryExport(string name) => NativeLibrary.TryGetExport(_library, name, out var address) ? address : 0;

    /// <summary>
    /// Value of a predefined type or property class, e.g. <c>H5T_NATIVE_FLOAT_g</c>; the library sets it during initialisation.
    /// </summary>
    internal static unsafe long Constant(string name) => *(long*)Export(name);

    private static void LoadFirst()
    {
        // File locks hang or fail on network disks, and nobody writes the files that we read. The variable must be set in C's environment
        // before the library initialises; .NET's Environment.SetEnvironmentVariable does not change that.
        _ = Libc.setenv("HDF5_USE_FILE_LOCKING", "FALSE", overwrite: 0);
        // The manifest and the file decide where links lead, not the user's environment.
        Array.ForEach(["HDF5_EXT_PREFIX", "HDF5_VDS_PREFIX", "HDF5_EXTFILE_PREFIX"], prefix => _ = Libc.unsetenv(prefix));
        var found = Hdf5Search.FromEnvironment();
        if (_library == 0)
        {
            (_library, _path) = found.Load();
            NativeLibrary.SetDllImportResolver(typeof(Hdf5Library).Assembly, Resolve);
        }
        // After a failed write (disk full) the library's clean-up at exit crashes, which would hide our exit code (1.10.8, Debian 12). It
        // is not needed: we close all files.
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
