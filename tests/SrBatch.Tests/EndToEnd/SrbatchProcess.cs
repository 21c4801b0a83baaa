using System.Diagnostics;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A running srbatch whose lines are collected, and which can be sent signals.</summary>
internal sealed class SrbatchProcess : IDisposable
{
    public const int Hangup = 1, Interrupt = 2, Kill = 9, UserSignal1 = 10, UserSignal2 = 12, Terminate = 15;

    /// <summary>Far beyond what any test needs, for busy machines.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string _command;
    private readonly Task<string> _output;
    private readonly Task _reading;
    private readonly List<string> _errors = [];

    private SrbatchProcess(Process process, string command)
    {
        _process = process;
        _command = command;
        _output = process.StandardOutput.ReadToEndAsync();
        _reading = Task.Run(ReadErrors);
    }

    public int Id => _process.Id;

    public static SrbatchProcess Start(string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The tests may run in a Slurm job themselves.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("SLURM_", StringComparison.Ordinal) || name.StartsWith("SRBATCH_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        return new SrbatchProcess(Process.Start(start)!, string.Join(' ', arguments));
    }

    /// <summary>Waits until a line on stderr contains <paramref name="part"/>, or the process ends.</summary>
    public void WaitForLine(string part) => WaitUntil(() =>
    {
        lock (_errors)
        {
            return _errors.Exists(line => line.Contains(part, StringComparison.Ordinal));
        }
    });

    /// <summary>Waits until <paramref name="happened"/>, or the process ends.</summary>
    public void WaitUntil(Func<bool> happened)
    {
        var waited = Stopwatch.StartNew();
        while (!happened() && !_process.HasExited)
        {
            Assert.True(waited.Elapsed < Patience, $"srbatch {_command}: nothing came of the wait");
            Thread.Sleep(1);
        }
    }

    /// <summary>Sends a signal; nothing happens when the process has ended.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            _ = Libc.kill(_process.Id, signal);
        }
    }

    /// <summary>Kills the group that the process leads, at once.</summary>
    public void KillGroup()
    {
        // Before it has its group there is the process alone.
        if (!_process.HasExited && Libc.kill(-_process.Id, Kill) != 0)
        {
            Signal(Kill);
        }
    }

    public SrbatchResult Wait()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            Assert.Fail($"srbatch {_command} did not end in {Patience}:\n{string.Join('\n', _errors)}");
        }
        _reading.Wait();
        return new SrbatchResult(_command, _process.ExitCode, _output.Result, string.Join('\n', _errors));
    }

    public void Dispose()
    {
        Signal(Kill);
        _process.Dispose();
    }

    private void ReadErrors()
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            lock (_errors)
            {
                _errors.Add(line);
            }
        }
    }
}
