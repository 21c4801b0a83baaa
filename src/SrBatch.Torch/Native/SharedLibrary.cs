using System.Runtime.InteropServices;

namespace SrBatch.Torch.Native;

/// <summary>
/// Loads shared libraries and keeps the loader's own words when one does not load: they name the file at fault, which may be another
/// library than the one asked for.
/// </summary>
internal static partial class SharedLibrary
{
    private const int RTLD_LAZY = 1, RTLD_NOW = 2;

    /// <param name="name">A path, or a name for the loader to search.</param>
    /// <param name="isWhole">
    /// Requires every symbol now. Otherwise a function that is missing, because an older or a foreign library is in front, ends the process
    /// with 127 when it is called for the first time.
    /// </param>
    /// <param name="fault">The loader's words; null: none, it is loaded.</param>
    /// <returns>The library; 0 when it does not load.</returns>
    public static nint TryLoad(string name, bool isWhole, out string? fault)
    {
        // Also binds dlerror: binding it after a failure would overwrite the words.
        _ = dlerror();
        nint library = dlopen(name, isWhole ? RTLD_NOW : RTLD_LAZY);
        fault = library == 0 ? Marshal.PtrToStringUTF8(dlerror()) ?? $"{name}: the loader gives no reason" : null;
        return library;
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string name, int flags);

    [LibraryImport("libc.so.6")]
    private static partial nint dlerror();
}
