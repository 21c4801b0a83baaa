using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A filter plugin of libhdf5, made with clang, that ends the process when it unpacks a chunk whose first byte is 0xEE: the crash that a damaged file can cause.</summary>
internal sealed class CrashingFilter
{
    private const string Source = """
        #include <signal.h>
        #include <stddef.h>
        #include <stdlib.h>
        #include <string.h>
        typedef struct { int version, id; unsigned encodes, decodes; const char *name; void *can, *local; size_t (*filter)(); } Class;
        static size_t filter(unsigned flags, size_t n, const unsigned *values, size_t bytes, size_t *room, void **buffer)
        {
            if ((flags & 0x100) && ((unsigned char *)*buffer)[0] == 0xEE) {
                HARM
            }
            return bytes;
        }
        static const Class crashing = { 1, 300, 1, 1, "crashing", 0, 0, filter };
        int H5PLget_plugin_type(void) { return 0; }
        const void *H5PLget_plugin_info(void) { return &crashing; }
        """;

    /// <summary>C code that takes 4 GB, in a job that has less.</summary>
    public const string TakesMemory = "for (int i = 0; i < 64; i++) { memset(malloc(64 << 20), 1, 64 << 20); }";

    private const string EndsItself = "signal(SIGSEGV, SIG_DFL); raise(SIGSEGV);";

    /// <param name="folder">Where to put the plugin.</param>
    /// <param name="harm">C code of what ends the process.</param>
    public CrashingFilter(TemporaryFolder folder, string harm = EndsItself)
    {
        Directory.CreateDirectory(folder.File("plugins"));
        File.WriteAllText(folder.File("crashing.c"), Source.Replace("HARM", harm, StringComparison.Ordinal));
        ChildProcess.Run("clang", "-shared", "-fPIC", "-o", folder.File("plugins/libcrashing.so"), folder.File("crashing.c"));
        Environment = [("HDF5_PLUGIN_PATH", folder.File("plugins"))];
    }

    public (string Name, string Value)[] Environment { get; }

    /// <summary>Writes <c>/low</c>, 40 x 40 uint8, through the filter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isHarmful">Whether unpacking it crashes.</param>
    public void Write(string path, bool isHarmful) => ChildProcess.Python("""
        import os, sys
        os.environ["HDF5_PLUGIN_PATH"] = sys.argv[1]
        import h5py, numpy
        v = numpy.random.default_rng(1).integers(0, 200, (40, 40)).astype("u1")
        v[0, 0] = 0xEE if sys.argv[3] == "True" else 1
        h5py.File(sys.argv[2], "w").create_dataset("low", data=v, chunks=(20, 40), compression=300)
        """, Environment[0].Value, path, isHarmful.ToString());
}
