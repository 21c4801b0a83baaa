using System.Runtime.InteropServices;

namespace SrBatch.ClusterTests.Lab;

/// <summary>Character devices that stand for GPUs. Slurm looks at the file's kind and numbers only, and nobody opens it.</summary>
internal static partial class DeviceFile
{
    /// <summary>Major number for local use, without a driver behind it. Numbers of a real device, say those of /dev/null, would be denied to jobs with that device.</summary>
    private const ulong LocalMajor = 240;

    private const uint CharacterDevice = 0x2000, ReadAndWriteForAll = 0x1B6;

    /// <summary>Makes <c>gpu0</c>, <c>gpu1</c>, ... in a folder, or takes terminals where device files cannot be made.</summary>
    /// <returns>What their paths have in common before the number.</returns>
    public static string MakeGpus(string folder, int count)
    {
        string path = Path.Combine(folder, "gpu");
        return Enumerable.Range(0, count).All(i => mknod($"{path}{i}", CharacterDevice | ReadAndWriteForAll, (LocalMajor << 8) | (uint)i) == 0) ? path : "/dev/tty";
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int mknod(string path, uint mode, ulong device);
}
