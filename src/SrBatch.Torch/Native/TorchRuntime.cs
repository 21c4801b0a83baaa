using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using static TorchSharp.torch;

namespace SrBatch.Torch.Native;

/// <summary>
/// Finds and loads libtorch before anything uses it: a missing library gives a clear message, and threads suit shared nodes.
/// </summary>
public static partial class TorchRuntime
{
    private static readonly string[] Cpu = ["libc10.so", "libtorch_cpu.so"];
    private static readonly string[] Cuda = ["libc10_cuda.so", "libtorch_cuda.so"];

    /// <summary>Address space for large tensors: reserved only, and more than any node needs.</summary>
    private const long MostTensorBytes = 256L << 30;

    /// <summary>TorchSharp's own library, which needs all others.</summary>
    private static string Binding => Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    /// <summary>libtorch's version, e.g. <c>2.10.0</c>.</summary>
    public static string Version => __version__;

    /// <summary>GPUs that libtorch sees.</summary>
    public static int GpuCount => cuda.is_available() ? cuda.device_count() : 0;

    /// <summary>Whether the libtorch that was started can use GPUs; its files say so.</summary>
    public static bool HasCuda { get; private set; }

    public static int Threads => get_num_threads();

    /// <param name="siteFolder">Folder of the cluster's own libtorch (SRBATCH_TORCH), or null for the one beside the binary.</param>
    /// <param name="threads">Threads of operators on the CPU.</param>
    /// <exception cref="SrBatchException">Exit code 69, with what is missing and how to get it.</exception>
    public static void Start(string? siteFolder, int threads)
    {
        // libgomp's threads spin while they wait. Long spinning is best when no other process uses the cores and worst beside other work;
        // without spinning, small images take a third longer. Training patches a second on 2 cores, alone and beside a busy process
        // (2026-11-23): spin count 0: 209 and 88; 10,000: 296 and 74; 100,000: 321 and 38. The library reads C's environment when it
        // loads; .NET's does not reach it.
        SetNativeVariable("GOMP_SPINCOUNT", "10000");
        // Without this, libtorch's warnings appear in the log, such as one per layer about NNPACK, which nothing here uses.
        SetNativeVariable("TORCH_CPP_LOG_LEVEL", "ERROR");
        KeepFreedMemory();

        HasCuda = File.Exists(Path.Combine(siteFolder is { Length: > 0 } ? siteFolder : AppContext.BaseDirectory, Cuda[1]));
        bool bundled = File.Exists(Path.Combine(AppContext.BaseDirectory, "libtorch_cpu.so"));
        if (siteFolder is { Length: > 0 })
        {
            if (bundled)
            {
                throw new SrBatchException(
                    ExitCode.Unavailable,
                    $"SRBATCH_TORCH is '{siteFolder}', but this build carries its own libtorch in {AppContext.BaseDirectory}; "
                        + "two libtorchs in one process abort. Unset SRBATCH_TORCH, or use a build made with -p:Torch=site.");
            }
        }
        else if (!bundled)
        {
            throw new SrBatchException(
                ExitCode.Unavailable,
                $"libtorch is not beside the binary in {AppContext.BaseDirectory}, and SRBATCH_TORCH is not set. "
                    + "Set it to the folder of libtorch 2.10's libtorch_cpu.so (python: torch/lib), "
                    + "or use a build made with -p:Torch=cpu.");
        }
        AddressSpace.RequireEnough();
        LoadLibraries(bundled ? null : siteFolder);
        try
        {
            InitializeDeviceType(TorchSharp.DeviceType.CPU);
            initLogging(); // reads TORCH_CPP_LOG_LEVEL; in Python, the torch module calls it
            set_num_threads(threads);
            _ = TensorAllocator.TryInstall(MostTensorBytes); // without it, inference is slower
        }
        catch (Exception fault) when (fault is NotSupportedException or DllNotFoundException or EntryPointNotFoundException
            or TypeInitializationException or ArgumentException)
        {
            throw DoesNotLoad(fault.GetBaseException().Message.ReplaceLineEndings(" "), fault);
        }
    }

    /// <summary>
    /// Loads each library by its path, before those that need it: a library of the same name that the environment puts in front is then
    /// not used.
    /// </summary>
    /// <param name="siteFolder">Folder of the cluster's own libtorch; null: the folder of the binary.</param>
    private static void LoadLibraries(string? siteFolder)
    {
        string folder = siteFolder ?? AppContext.BaseDirectory;
        bool hasCuda = Cuda.All(name => File.Exists(Path.Combine(folder, name)));
        string[] cuda = siteFolder is not null ? [.. Cuda.Select(InFolder).Where(File.Exists)] : [];
        foreach (string path in (string[])[.. Cpu.Select(InFolder), .. cuda, InFolder("libtorch.so"), Binding])
        {
            // The libraries of a GPU may name functions that only some drivers have.
            bool isWhole = !hasCuda || Cpu.Contains(Path.GetFileName(path));
            if (SharedLibrary.TryLoad(path, isWhole, out string? fault) == 0)
            {
                throw siteFolder is not null && path != Binding
                    ? new SrBatchException(
                        ExitCode.Unavailable,
                        $"SRBATCH_TORCH is '{siteFolder}', but {Path.GetFileName(path)} does not load from there: {fault}")
                    : DoesNotLoad(fault!);
            }
        }

        string InFolder(string name) => Path.Combine(folder, name);
    }

    private static SrBatchException DoesNotLoad(string words, Exception? fault = null) => new(
        ExitCode.Unavailable,
        $"libtorch does not load: {words}. It needs glibc 2.34 and libstdc++ of GCC 11 or newer, no library of another program in front "
            + $"(LD_LIBRARY_PATH, LD_PRELOAD), and room for its addresses (ulimit -v); 'ldd {Binding}' shows what the loader finds.",
        fault);

    /// <summary>
    /// Makes glibc keep freed memory. By default it returns freed tensors to the system and takes new zeroed pages for the next ones, at
    /// every operator. With memory kept, the U-Net of 32 features computes 0.82 megapixels/s instead of 0.62 in windows of 1024 x 1024,
    /// and a training step with 16 features takes 80 ms instead of 88 (2 cores, 2026-11-23).
    /// </summary>
    private static void KeepFreedMemory()
    {
        const int TrimThreshold = -1, MapThreshold = -3;
        // If glibc refuses, everything is only slower.
        if (mallopt(MapThreshold, int.MaxValue) == 1)
        {
            _ = mallopt(TrimThreshold, int.MaxValue);
        }
    }

    private static void SetNativeVariable(string name, string value)
    {
        if (setenv(name, value, overwrite: 0) != 0)
        {
            throw new InvalidOperationException($"setenv {name} failed");
        }
    }

    /// <summary><c>c10::initLogging()</c>.</summary>
    [LibraryImport("c10", EntryPoint = "_ZN3c1011initLoggingEv")]
    private static partial void initLogging();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
