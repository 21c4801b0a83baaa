using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Crashes;
using SrBatch.Worker.Cluster;

namespace SrBatch.Worker.Supervision;

/// <summary>
/// Runs the verb in a child process and starts it again after a crash: a damaged file can crash libhdf5 or a filter plugin, and no
/// handler survives that. A file or image that crashed two attempts is skipped: the child then treats it as unreadable. A child
/// that claims images finds out itself which one crashed it (<see cref="Pipelines.RunFolders.ImageClaims"/>). The parent loads neither
/// HDF5 nor libtorch.
/// </summary>
internal static class Supervisor
{
    /// <summary>Names the <see cref="CrashMemory"/> to the child. A process that has this variable is a child.</summary>
    private const string Variable = JobNeighbours.OfChildren;

    private const int MostCrashes = 2;

    /// <summary>
    /// How often the child is started again after a SIGKILL that did not come from the kernel for lack of memory. Such a kill is not blamed
    /// on a file or an image.
    /// </summary>
    private const int MostKills = 20;

    /// <summary>
    /// How often it is started again after kills for lack of memory between which no image was done. An image that alone needs too much
    /// memory has failed by then: after five kills, and one of each image that was in work beside it at the first.
    /// </summary>
    private const int MostMemoryKills = 10;

    private const string Killed = "SIGKILL";

    /// <summary>The exit code after signal n is 128 + n.</summary>
    private const int Signalled = 128;

    private const string SkippedRemedy =
        "it is skipped. The file is damaged or a filter plugin is; h5dump and 'srbatch doctor' show which.";

    private static readonly Dictionary<int, string> Crashes = new()
    {
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = Killed,
        [11] = "SIGSEGV",
    };

    /// <summary>In a child process: makes it end with its supervisor and note what it does.</summary>
    /// <returns>True when this process is a child.</returns>
    public static bool Join()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return false;
        }
        _ = Libc.prctl(Libc.PR_SET_PDEATHSIG, Libc.SIGKILL);
        if (!path.StartsWith(string.Create(CultureInfo.InvariantCulture, $"/proc/{Libc.getppid()}/"), StringComparison.Ordinal))
        {
            _ = Libc.kill(Environment.ProcessId, Libc.SIGKILL); // the supervisor died before the line above
        }
        CrashMark.Attach(CrashMemory.Open(path));
        return true;
    }

    /// <param name="arguments">Of the command line.</param>
    /// <param name="log">Gets a line for every crash.</param>
    /// <param name="stop">Is passed on to the child as SIGTERM.</param>
    /// <returns>The child's exit code; null: no child can be started here, and the caller must do the work itself.</returns>
    public static int? Run(string[] arguments, ILogger log, CancellationToken stop)
    {
        using CrashMemory? memory = CrashMemory.TryCreate();
        if (memory is null || Environment.ProcessPath is not { } program)
        {
            return null;
        }
        var crashes = new Dictionary<string, int>(StringComparer.Ordinal);
        var skipped = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int kills = 0, memoryKills = 0; ;)
        {
            long? outOfMemory = OutOfMemory.KillsOfGroup();
            int done = memory.Done;
            int code, child;
            bool isHung;
            try
            {
                code = RunChild(program, arguments, memory, stop, out isHung, out child);
            }
            catch (Win32Exception)
            {
                return null; // no process, memory or file descriptor is left for a child (ulimit -u, -v, -n)
            }
            if (code <= Signalled)
            {
                return Known(code, log);
            }
            if (stop.IsCancellationRequested)
            {
                Log.StoppedEarly(log);
                return (int)ExitCode.Stopped;
            }
            if (!Crashes.TryGetValue(code - Signalled, out string? signal))
            {
                return code;
            }
            if (signal == Killed && !isHung && !OutOfMemory.HappenedInGroupSince(outOfMemory) && ++kills <= MostKills)
            {
                Log.Killed(log);
                continue;
            }
            if (IsLackOfMemory(signal, memory) && !isHung)
            {
                memory.Killed = child;
                memory.MemoryKills++;
                memoryKills = memory.Done > done ? 1 : memoryKills + 1;
                if (memoryKills > MostMemoryKills)
                {
                    throw NoMemory(memoryKills);
                }
                Log.KilledForMemory(log, memory.HasClaims ? "while it worked on images" : During(null, memory.Image));
                continue;
            }
            if (memory.HasClaims && !memory.IsInside)
            {
                // Several images were in work at once; the attempt that takes over their claims finds out which one crashes.
                memory.Crashed = child;
                Log.Crashed(log, signal, "while it worked on images");
                continue;
            }
            string? image = memory.Image, file = memory.IsInside || image is null ? memory.File : null, culprit = file ?? image;
            int count = crashes[culprit ?? ""] = crashes.GetValueOrDefault(culprit ?? "") + 1;
            Log.Crashed(log, isHung ? "a hang" : signal, During(file, image));
            if (count < MostCrashes && !isHung)
            {
                continue;
            }
            if (culprit is null)
            {
                throw new SrBatchException(
                    ExitCode.Bug,
                    $"srbatch was ended by {signal} twice, and not while working on an image. "
                    + "Check the node's memory ('srbatch doctor', sacct -o MaxRSS); else please report it.");
            }
            skipped[culprit] = Reason(isFile: file is not null, signal, isHung);
            memory.WritePassedOver(skipped);
        }
    }

    /// <summary>Native libraries may end the process themselves, e.g. oneMKL with 2, libgomp with 1 and the loader with 127.</summary>
    private static int Known(int code, ILogger log)
    {
        if (Enum.IsDefined((ExitCode)code))
        {
            return code;
        }
        Log.Failed(log, $"a native library ended the process with exit code {code}; its own words are above. A library of another program "
            + "may be in front of srbatch's (LD_LIBRARY_PATH, LD_PRELOAD), or a limit too low (ulimit -a); see 'srbatch doctor'.");
        return (int)ExitCode.Unavailable;
    }

    /// <summary>
    /// Whether a signal is no image's fault. No segmentation fault makes a SIGKILL. Under a limit of ulimit, memory that is refused ends in
    /// SIGABRT. A file that needs too much memory while nothing else is read is skipped like a damaged one.
    /// </summary>
    private static bool IsLackOfMemory(string signal, CrashMemory memory) => signal switch
    {
        Killed => memory.HasClaims || !memory.IsInside,
        "SIGABRT" => FreeMemory.IsLimited && !memory.IsInside,
        _ => false,
    };

    private static SrBatchException NoMemory(int kills) => new(
        ExitCode.Unavailable,
        $"srbatch was killed {kills} times without finishing an image, probably because memory ran out, although each attempt used smaller "
            + "windows. What is not done is left for the next attempt. Give the job more memory (sbatch --mem), or start "
            + "fewer tasks on a node.");

    private static string During(string? file, string? image)
    {
        if (file is not null)
        {
            return $"while libhdf5 read {file}";
        }
        return image is not null ? $"while it worked on image {image}" : "while it worked on no image";
    }

    private static string Reason(bool isFile, string signal, bool isHung)
    {
        if (isHung)
        {
            double seconds = HangWatch.Limit.TotalSeconds;
            return $"reading it does not end: libhdf5 computed for {seconds:F0} s without reading a byte; {SkippedRemedy}";
        }
        return isFile && signal != Killed
            ? $"reading it ended the process {MostCrashes} times, by {signal} in libhdf5; {SkippedRemedy}"
            : $"working on it ended the process {MostCrashes} times, by {signal}; it is skipped. "
                + "If memory ran out (sacct -o MaxRSS), give the job more or set inference.tile lower.";
    }

    private static int RunChild(
        string program,
        string[] arguments,
        CrashMemory memory,
        CancellationToken stop,
        out bool isHung,
        out int process)
    {
        memory.File = memory.Image = null;
        memory.IsInside = memory.HasClaims = false;
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        start.Environment[Variable] = memory.Path;
        using Process child = Process.Start(start)!;
        process = child.Id;
        using CancellationTokenRegistration passOn = stop.Register(() =>
        {
            _ = Libc.kill(child.Id, Libc.SIGTERM);
            _ = Libc.kill(child.Id, Libc.SIGCONT); // a stopped process does not receive SIGTERM
        });
        var watch = new HangWatch(child.Id, memory);
        isHung = false;
        while (!child.WaitForExit(HangWatch.Interval))
        {
            if (watch.IsHung())
            {
                isHung = true;
                child.Kill();
            }
        }
        return child.ExitCode;
    }
}
