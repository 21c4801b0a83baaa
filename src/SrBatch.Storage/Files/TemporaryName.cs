using System.Globalization;

namespace SrBatch.Storage.Files;

/// <summary>
/// Name of an unfinished file: <c>.NAME.HOST-PID-N.tmp</c>, beside its final name; hidden, so that patterns do not match it.
/// </summary>
/// <param name="Host">The machine that writes it.</param>
/// <param name="Process">Id of the process that writes it.</param>
internal readonly record struct TemporaryName(string Host, int Process)
{
    internal const string Pattern = ".*.tmp";

    /// <summary>Extension, instead of .tmp, of files that are meant to outlive their writer.</summary>
    internal const string Partial = ".part";

    /// <summary>Longest file name on Linux (NAME_MAX), bytes.</summary>
    private const int MostBytes = 255;

    /// <summary>Link of the namespace of the machine's first process (PROC_PID_INIT_INO in Linux' proc_ns.h).</summary>
    private const string WholeMachine = "pid:[4026531836]";

    private static int _attempts;

    /// <summary>
    /// The scope in which process ids are unique: this machine, or this container if it has process ids of its own. Two containers on one
    /// machine may share its name, and a running writer of the other would look dead.
    /// </summary>
    internal static string Machine { get; } =
        ProcessNamespace() is { } inside ? $"{Environment.MachineName}-{inside}" : Environment.MachineName;

    /// <summary>A path that no other task and no other call uses.</summary>
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

    /// <summary>
    /// The final path of a temporary file of this process, for messages; any other path unchanged. A name that was shortened to fit stays
    /// short.
    /// </summary>
    internal static string Target(string path)
    {
        var name = Path.GetFileName(path);
        var writer = string.Create(CultureInfo.InvariantCulture, $".{Machine}-{Environment.ProcessId}-");
        var tail = name.LastIndexOf(writer, StringComparison.Ordinal);
        return tail > 0 && name[0] == '.' && name.EndsWith(".tmp", StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(path)!, name[1..tail])
            : path;
    }

    /// <summary>Parses the path of a temporary file; null if it is not one of ours.</summary>
    internal static TemporaryName? Parse(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path); // .NAME.HOST-PID-N
        var dashes = name.Split('-');
        if (dashes.Length < 3 || !int.TryParse(dashes[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || !int.TryParse(dashes[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var process))
        {
            return null;
        }
        // The host may contain dots and dashes. Callers only compare the end of it.
        return new TemporaryName(string.Join('-', dashes[..^2]), process);
    }

    /// <summary>True if <see cref="Host"/>, which as parsed begins with the name of the file, is this machine.</summary>
    internal bool IsOfThisMachine => Host.EndsWith("." + Machine, StringComparison.Ordinal);

    /// <returns>Null outside containers, or if unknown.</returns>
    private static string? ProcessNamespace()
    {
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget is { } link && link != WholeMachine
                ? string.Concat(link.Where(char.IsAsciiDigit))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
