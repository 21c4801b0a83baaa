using System.Globalization;

namespace SrBatch.Storage.Files;

/// <summary>Name of an unfinished file: <c>.NAME.HOST-PID-N.tmp</c>, beside the file it will become; hidden, so that no glob takes it.</summary>
/// <param name="Host">Machine that writes it.</param>
/// <param name="Process">Process that writes it.</param>
internal readonly record struct TemporaryName(string Host, int Process)
{
    internal const string Pattern = ".*.tmp";

    /// <summary>Instead of .tmp, of what outlives its writer on purpose.</summary>
    internal const string Partial = ".part";

    /// <summary>NAME_MAX of every Linux file system in use, bytes.</summary>
    private const int MostBytes = 255;

    /// <summary>Inode of the namespace in which the machine's first process lives (PROC_PID_INIT_INO in Linux' proc_ns.h).</summary>
    private const string WholeMachine = "pid:[4026531836]";

    private static int _attempts;

    /// <summary>
    /// Within which a process number means one process: this machine; in a container that counts processes on its own, that container. Two containers
    /// of one machine may share its name, and a living writer of the other would look dead.
    /// </summary>
    internal static string Machine { get; } = ProcessNamespace() is { } inside ? $"{Environment.MachineName}-{inside}" : Environment.MachineName;

    /// <summary>A path that no other task and no other call of this one uses.</summary>
    internal static string For(string target, string extension = ".tmp")
    {
        var tail = string.Create(CultureInfo.InvariantCulture,
            $".{Machine}-{Environment.ProcessId}-{Interlocked.Increment(ref _attempts)}{extension}");
        var name = Path.GetFileName(target);
        while (System.Text.Encoding.UTF8.GetByteCount(name) + tail.Length + 1 > MostBytes)
        {
            name = name[..^1];
        }
        return Path.Combine(Path.GetDirectoryName(target)!, $".{name}{tail}");
    }

    /// <summary>What a temporary of this process will become, for messages; any other path as it is. A name cut to fit stays cut.</summary>
    internal static string Target(string path)
    {
        var name = Path.GetFileName(path);
        var tail = name.LastIndexOf(string.Create(CultureInfo.InvariantCulture, $".{Machine}-{Environment.ProcessId}-"), StringComparison.Ordinal);
        return tail > 0 && name[0] == '.' && name.EndsWith(".tmp", StringComparison.Ordinal) ? Path.Combine(Path.GetDirectoryName(path)!, name[1..tail]) : path;
    }

    /// <summary>Who writes the temporary at <paramref name="path"/>; null when it is none of ours.</summary>
    internal static TemporaryName? Parse(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path); // .NAME.HOST-PID-N
        var dashes = name.Split('-');
        if (dashes.Length < 3 || !int.TryParse(dashes[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || !int.TryParse(dashes[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var process))
        {
            return null;
        }
        // A host may have dots and dashes of its own; whoever compares needs only its end.
        return new TemporaryName(string.Join('-', dashes[..^2]), process);
    }

    /// <summary>True when <see cref="Host"/>, as parsed with the file's name before it, is this machine.</summary>
    internal bool IsOfThisMachine => Host.EndsWith("." + Machine, StringComparison.Ordinal);

    /// <returns>Null on the machine itself, or where there is no telling.</returns>
    private static string? ProcessNamespace()
    {
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget is { } link && link != WholeMachine ? string.Concat(link.Where(char.IsAsciiDigit)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
