using System.Diagnostics;
using System.Globalization;
using SrBatch.Tests.EndToEnd;

namespace SrBatch.ClusterTests.Lab;

/// <summary>A daemon in its foreground mode and a session of its own, so that Ctrl-C and the end of a terminal do not reach it before the lab ends it.</summary>
internal sealed class Daemon
{
    private static readonly TimeSpan KillAfter = TimeSpan.FromSeconds(10);

    private readonly ProcessIdentity _process;
    private readonly string _pidFile;

    private Daemon(ProcessIdentity process, string pidFile)
    {
        _process = process;
        _pidFile = pidFile;
    }

    public int Id => _process.Id;
    public bool IsAlive => _process.IsAlive;

    /// <param name="folder">Gets a file in <c>pid</c> and what the daemon prints in <c>log</c>.</param>
    /// <param name="name">Of these files.</param>
    /// <param name="environment">All of its environment.</param>
    /// <param name="program">Followed by its arguments.</param>
    public static Daemon Start(LabFolder folder, string name, IReadOnlyDictionary<string, string?> environment, params string[] program)
    {
        // setsid and the shell become the daemon, which so keeps the process id. Its output goes to a file, as pipes to the tests would break with them.
        const string Redirect = "out=$1; shift; exec \"$@\" </dev/null >>\"$out\" 2>&1";
        var start = new ProcessStartInfo("/usr/bin/setsid", ["/bin/sh", "-c", Redirect, name, folder.File("log", name + ".out"), .. program]);
        start.Environment.Clear();
        foreach ((string variable, string? value) in environment)
        {
            start.Environment[variable] = value;
        }
        using Process process = Process.Start(start)!;
        ProcessIdentity identity = ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, 0);
        string pidFile = folder.File("pid", name);
        File.WriteAllText(pidFile, string.Create(CultureInfo.InvariantCulture, $"{identity.Id} {identity.StartTime}"));
        return new Daemon(identity, pidFile);
    }

    /// <summary>The daemons that a folder has notes of, newest first.</summary>
    public static IReadOnlyList<Daemon> Of(LabFolder folder)
    {
        var daemons = new List<Daemon>();
        foreach (FileInfo file in new DirectoryInfo(folder.File("pid")).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc))
        {
            string[] parts = File.ReadAllText(file.FullName).Split(' ');
            if (parts.Length == 2 && ProcessIdentity.Parse(parts[0], parts[1]) is { } process)
            {
                daemons.Add(new Daemon(process, file.FullName));
            }
        }
        return daemons;
    }

    /// <summary>Asks it to end, and makes it end when it does not.</summary>
    public void Stop()
    {
        _process.Signal(SrbatchProcess.Terminate);
        if (!_process.WaitForEnd(KillAfter))
        {
            _process.Signal(SrbatchProcess.Kill);
            _process.WaitForEnd(KillAfter);
        }
        File.Delete(_pidFile);
    }
}
