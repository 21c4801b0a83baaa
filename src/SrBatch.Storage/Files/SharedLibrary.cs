using System.Runtime.InteropServices;

namespace SrBatch.Storage.Files;

/// <summary>
/// Loads shared libraries and keeps the loader's own words when one does not load: they name the file at fault, which may be another
/// library than the one asked for.
/// </summary>
internal static class SharedLibrary
{
    /// <param name="name">A path, or a name for the loader to search. All its symbols must be there.</param>
    /// <param name="fault">The loader's words; null: none, it is loaded.</param>
    /// <returns>The library; 0 when it does not load.</returns>
    internal static nint TryLoad(string name, out string? fault)
    {
        // Also binds dlerror: binding it after a failure would overwrite the words.
        _ = Libc.dlerror();
        var library = Libc.dlopen(name, Libc.RTLD_NOW);
        fault = library == 0 ? Marshal.PtrToStringUTF8(Libc.dlerror()) ?? $"{name}: the loader gives no reason" : null;
        return library;
    }

    /// <summary>Whether the library itself is not there; false when it lacks another one, or cannot be used.</summary>
    /// <param name="fault">From <see cref="TryLoad"/>.</param>
    internal static bool IsMissing(string name, string fault) =>
        fault.StartsWith(name + ":", StringComparison.Ordinal) && fault.EndsWith("No such file or directory", StringComparison.Ordinal);
}
