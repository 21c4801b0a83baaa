using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Crashes;

namespace SrBatch.Worker.Supervision;

/// <summary>
/// Runs the verb in a child process and starts it again after a crash, as a damaged file can crash libhdf5 or a filter plugin, which no handler of
/// ours survives. What has crashed two attempts is passed over: the child then treats it as unreadable. Images of a child that claims them are its own to blame
/// (<see cref="Pipelines.RunFolders.ImageClaims"/>). The parent loads neither HDF5 nor libtorch.
/// </summary>
internal static class Supervisor
{
    /// <summary>Where the child finds its <see cref="CrashMemory"/>; its being set is what makes a process the child.</summary>
    private const string Variable = "SRBATCH_SUPERVISOR";

    private const int MostCrashes = 2;

    /// <summary>How often somebody may end the child by SIGKILL: not the kernel for lack of memory, and so no file's and no image's fault.</summary>
    private const int MostKills = 20;

    private const string Killed = "SIGKILL";

    /// <summary>What a process ends with after signal n is 128 + n.</summary>
    private const int Signalled = 128;

    private static readonly Dictionary<int, string> Crashes = new() { [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE", [9] = Killed, [11] = "SIGSEGV" };

    /// <summary>When a supervisor started this process: from now on it dies with it and notes what it does.</summary>
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
            _ = Libc.kill(Environment.ProcessId, Libc.SIGKILL); // the supervisor died before we asked to die with it
        }
        CrashMark.Attach(CrashMemory.Open(path));
        return true;
    }

    /// <param name="arguments">Of the command line.</param>
    /// <param name="log">Told of every crash.</param>
    /// <param name="stop">Handed on to the child.</param>
    /// <returns>The child's exit code; null: no child can be had here, and the caller must do the work itself.</returns>
    public static int? Run(string[] arguments, ILogger log, CancellationToken stop)
    {
        using CrashMemory? memory = CrashMemory.TryCreate();
        if (memory is null || Environment.ProcessPath is not { } program)
        {
            return null;
        }
        var crashes = new Dictionary<string, int>(StringComparer.Ordinal);
        var passedOver = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int kills = 0; ;)
        {
            long? outOfMemory = OutOfMemory.Kills();
            int code = RunChild(program, arguments, memory, stop, out bool isHung, out int child);
            if (code <= Signalled)
            {
                return code;
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
            if (signal == Killed && !isHung && !OutOfMemory.HappenedSince(outOfMemory) && ++kills <= MostKills)
            {
                Log.Killed(log);
                continue;
            }
            if (memory.HasClaims && !memory.IsInside)
            {
                // Several images are on their way at once; whoever takes over their claims finds out which it was.
                memory.Crashed = child;
                Log.Crashed(log, signal, "while it worked on images");
                continue;
            }
            string? image = memory.Image, file = memory.IsInside || image is null ? memory.File : null, culprit = file ?? image;
            int count = crashes[culprit ?? ""] = crashes.GetValueOrDefault(culprit ?? "") + 1;
            string cause = isHung ? "a hang" : signal;
            Log.Crashed(log, cause, file is not null ? $"while libhdf5 read {file}" : image is not null ? $"while it worked on image {image}" : "while it worked on no image");
            if (count < MostCrashes && !isHung)
            {
                continue;
            }
            if (culprit is null)
            {
                throw new SrBatchException(ExitCode.Bug, $"srbatch was ended by {signal} twice, and by no image. Check the node's memory ('srbatch doctor', sacct -o MaxRSS); else please report it.");
            }
            const string Remedy = "it is passed over. The file is damaged or a filter plugin is; h5dump and 'srbatch doctor' show which.";
            passedOver[culprit] = isHung ? $"reading it does not end: libhdf5 computed for {HangWatch.Limit.TotalSeconds:F0} s without reading a byte; {Remedy}"
                : file is not null && signal != Killed ? $"reading it ended the process {MostCrashes} times, by {signal} in libhdf5; {Remedy}"
                : $"working on it ended the process {MostCrashes} times, by {signal}; it is passed over. If memory ran out (sacct -o MaxRSS), give the job more or set inference.tile lower.";
            memory.WritePassedOver(passedOver);
        }
    }

    private static int RunChild(string program, string[] arguments, CrashMemory memory, CancellationToken stop, out bool isHung, out int process)
    {
        memory.File = memory.Image = null;
        memory.IsInside = memory.HasClaims = false;
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        start.Environment[Variable] = memory.Path;
        using Process child = Process.Start(start)!;
        process = child.Id;
        using CancellationTokenRegistration handOn = stop.Register(() =>
        {
            _ = Libc.kill(child.Id, Libc.SIGTERM);
            _ = Libc.kill(child.Id, Libc.SIGCONT); // a stopped one would not see the other
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
