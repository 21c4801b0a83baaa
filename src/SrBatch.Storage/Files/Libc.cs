using System.Runtime.InteropServices;

namespace SrBatch.Storage.Files;

/// <summary>Calls of the C library that .NET does not offer. Names and arguments are those of C.</summary>
internal static partial class Libc
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int EIO = 5;
    internal const int EAGAIN = 11;
    internal const int EACCES = 13;
    internal const int EEXIST = 17;
    internal const int ENOTDIR = 20;
    internal const int EINVAL = 22;
    internal const int EFBIG = 27;
    internal const int ENOSPC = 28;
    internal const int EROFS = 30;
    internal const int ENOSYS = 38;
    internal const int ENOTSUP = 95;
    internal const int ESTALE = 116;
    internal const int EDQUOT = 122;

    internal const int O_RDONLY = 0;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_DIRECTORY = 0x10000;
    internal const int O_CLOEXEC = 0x80000;
    internal const int AT_FDCWD = -100;
    internal const uint RENAME_NOREPLACE = 1;
    internal const uint MFD_CLOEXEC = 1;

    internal const int PROT_NONE = 0;
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int MAP_PRIVATE = 0x02;
    internal const int MAP_ANONYMOUS = 0x20;
    internal const int MAP_NORESERVE = 0x4000;

    internal const int RTLD_NOW = 2;

    private const string Name = "libc.so.6";

    /// <returns>0 on failure.</returns>
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint dlopen(string name, int flags);

    /// <returns>The last failure of this thread, which must not be freed; 0 if there is none.</returns>
    [LibraryImport(Name)]
    internal static partial nint dlerror();

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int setenv(string name, string value, int overwrite);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unsetenv(string name);

    /// <summary>With 0 for <paramref name="resolved"/>, the result must be freed with C's free.</summary>
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint realpath(string path, nint resolved);

    [LibraryImport(Name)]
    internal static partial void free(nint memory);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int open(string path, int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int fsync(int descriptor);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int close(int descriptor);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int link(string existing, string created);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int renameat2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    /// <returns>0 if the folder cannot be opened.</returns>
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint opendir(string path);

    /// <returns>A struct dirent, valid until the next call; null after the last.</returns>
    [LibraryImport(Name)]
    internal static unsafe partial byte* readdir(nint folder);

    [LibraryImport(Name)]
    internal static partial int closedir(nint folder);

    /// <summary>Signal 0 only checks whether the process exists.</summary>
    [LibraryImport(Name, SetLastError = true)]
    internal static partial int kill(int process, int signal);

    /// <returns>A file descriptor of memory without a name on any disk.</returns>
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int memfd_create(string name, uint flags);

    /// <returns>The kernel's id of the calling thread.</returns>
    [LibraryImport(Name)]
    internal static partial int gettid();

    /// <returns>-1 on failure.</returns>
    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint mmap(nint address, nuint bytes, int protection, int flags, int descriptor, nint offset);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int mprotect(nint address, nuint bytes, int protection);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int munmap(nint address, nuint bytes);
}
