using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Crashes;

/// <summary>
/// Memory that a supervisor shares with the process it watches, and that outlives that process. It says what the process was doing when it
/// died, and which files and images to skip. It is not a file on a disk, so that nothing is left behind.
/// </summary>
public sealed unsafe class CrashMemory : IDisposable
{
    /// <summary>Size of a note, bytes: a length, then UTF-8.</summary>
    private const int NoteBytes = 8192;

    /// <summary>Offsets in the memory, bytes.</summary>
    private const int FileAt = 0, ImageAt = NoteBytes, CallAt = 2 * NoteBytes, ThreadAt = CallAt + sizeof(int),
        InsideAt = ThreadAt + sizeof(int), ClaimsAt = InsideAt + sizeof(int), CrashedAt = ClaimsAt + sizeof(int),
        KilledAt = CrashedAt + sizeof(int), KillsAt = KilledAt + sizeof(int), DoneAt = KillsAt + sizeof(int),
        ListAt = 2 * NoteBytes + 64;

    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _notes;

    private CrashMemory(SafeFileHandle handle)
    {
        _handle = handle;
        const MemoryMappedFileAccess Access = MemoryMappedFileAccess.ReadWrite;
        _map = MemoryMappedFile.CreateFromFile(handle, null, capacity: 0, Access, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, ListAt);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _notes);
    }

    /// <summary>Path with which another process of this user opens the memory while this process lives.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_handle.DangerousGetHandle()}";

    /// <summary>The file that libhdf5 is reading or read last; null: none yet.</summary>
    public string? File
    {
        get => Read(FileAt);
        set => Write(FileAt, value);
    }

    /// <summary>Id of the current image; null: none.</summary>
    public string? Image
    {
        get => Read(ImageAt);
        set => Write(ImageAt, value);
    }

    /// <summary>True during calls into libhdf5.</summary>
    public bool IsInside
    {
        get => Volatile.Read(ref *(int*)(_notes + InsideAt)) != 0;
        set => Volatile.Write(ref *(int*)(_notes + InsideAt), value ? 1 : 0);
    }

    /// <summary>
    /// True while the process holds claims on its work. The claims outlive it and tell its successor what it was working on.
    /// </summary>
    public bool HasClaims
    {
        get => Volatile.Read(ref *(int*)(_notes + ClaimsAt)) != 0;
        set => Volatile.Write(ref *(int*)(_notes + ClaimsAt), value ? 1 : 0);
    }

    /// <summary>Id of the process that last crashed while it held claims; 0: none.</summary>
    public int Crashed
    {
        get => Volatile.Read(ref *(int*)(_notes + CrashedAt));
        set => Volatile.Write(ref *(int*)(_notes + CrashedAt), value);
    }

    /// <summary>Id of the process that was last killed, probably for lack of memory; 0: none.</summary>
    public int Killed
    {
        get => Volatile.Read(ref *(int*)(_notes + KilledAt));
        set => Volatile.Write(ref *(int*)(_notes + KilledAt), value);
    }

    /// <summary>How often processes were killed for lack of memory: each attempt halves the memory that it plans with.</summary>
    public int MemoryKills
    {
        get => Volatile.Read(ref *(int*)(_notes + KillsAt));
        set => Volatile.Write(ref *(int*)(_notes + KillsAt), value);
    }

    /// <summary>Number of images that all processes have done, or found to need too much memory.</summary>
    public int Done
    {
        get => Volatile.Read(ref *(int*)(_notes + DoneAt));
        set => Volatile.Write(ref *(int*)(_notes + DoneAt), value);
    }

    /// <summary>Number of call sequences into libhdf5; wraps around.</summary>
    public int Call => Volatile.Read(ref *(int*)(_notes + CallAt));

    /// <summary>The kernel's id of the thread that made the latest calls.</summary>
    public int CallThread => Volatile.Read(ref *(int*)(_notes + ThreadAt));

    /// <returns>Null if the system does not provide it: an old kernel, or a limit on file size (ulimit -f) below its size.</returns>
    public static CrashMemory? TryCreate()
    {
        var descriptor = Libc.memfd_create("srbatch", Libc.MFD_CLOEXEC);
        if (descriptor < 0)
        {
            return null;
        }
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            RandomAccess.SetLength(handle, ListAt);
            return new CrashMemory(handle);
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException) // .NET turns EFBIG into the latter
        {
            handle.Dispose();
            return null;
        }
    }

    /// <summary>Opens the memory of another process by its <see cref="Path"/>.</summary>
    public static CrashMemory Open(string path) =>
        new(System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Stores the files and image ids to skip, each with the reason.</summary>
    public void WritePassedOver(IReadOnlyDictionary<string, string> reasons)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(reasons.Select(entry => $"{entry.Key}\0{entry.Value}\0")));
        RandomAccess.SetLength(_handle, ListAt + bytes.Length);
        RandomAccess.Write(_handle, bytes, ListAt);
    }

    /// <inheritdoc cref="WritePassedOver"/>
    public IReadOnlyDictionary<string, string> ReadPassedOver()
    {
        var bytes = new byte[RandomAccess.GetLength(_handle) - ListAt];
        _ = RandomAccess.Read(_handle, bytes, ListAt);
        return Encoding.UTF8.GetString(bytes).Split('\0').Chunk(2).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }

    /// <summary>Notes that a sequence of calls begins.</summary>
    internal void CountCall(int thread)
    {
        Volatile.Write(ref *(int*)(_notes + ThreadAt), thread);
        Volatile.Write(ref *(int*)(_notes + CallAt), unchecked(Call + 1));
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _handle.Dispose();
    }

    private string? Read(int at)
    {
        var length = Volatile.Read(ref *(int*)(_notes + at));
        return length is > 0 and <= NoteBytes - sizeof(int) ? Encoding.UTF8.GetString(_notes + at + sizeof(int), length) : null;
    }

    private void Write(int at, string? text)
    {
        ref var length = ref *(int*)(_notes + at);
        Volatile.Write(ref length, 0); // so that a crash never leaves a half-written note
        var room = new Span<byte>(_notes + at + sizeof(int), NoteBytes - sizeof(int));
        if (text is not null && Encoding.UTF8.TryGetBytes(text, room, out var written))
        {
            Volatile.Write(ref length, written);
        }
    }
}
