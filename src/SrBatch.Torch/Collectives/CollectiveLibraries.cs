using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

namespace SrBatch.Torch.Collectives;

/// <summary>Maps the library names in our imports to loaded libraries, as their files have other names on each cluster.</summary>
internal static class CollectiveLibraries
{
    private static readonly ConcurrentDictionary<string, nint> Handles = new();

    // .NET allows one resolver per assembly.
    static CollectiveLibraries() =>
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => Handles.GetValueOrDefault(name));

    public static void Serve(string name, nint library) => Handles[name] = library;
}
