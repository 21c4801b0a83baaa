using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

namespace SrBatch.Torch.Collectives;

/// <summary>Which loaded library stands for a name of ours: their files are called differently on every cluster.</summary>
internal static class CollectiveLibraries
{
    private static readonly ConcurrentDictionary<string, nint> Handles = new();

    // .NET allows one resolver an assembly.
    static CollectiveLibraries() => NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => Handles.GetValueOrDefault(name));

    public static void Serve(string name, nint library) => Handles[name] = library;
}
