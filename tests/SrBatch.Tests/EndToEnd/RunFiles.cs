using System.Security.Cryptography;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What lies in a run folder.</summary>
internal static class RunFiles
{
    private static readonly EnumerationOptions HiddenToo = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    public static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Name and hash of every output, in order of names.</summary>
    public static IReadOnlyList<string> Images(string run) =>
        [.. Directory.EnumerateFiles(Path.Combine(run, "images"), "*.h5").Where(file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Sha256(file)}")];

    /// <summary>Outputs done so far; 0 before there is a folder.</summary>
    public static int ImageCount(string run)
    {
        string folder = Path.Combine(run, "images");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.h5").Count(file => Path.GetFileName(file)[0] != '.') : 0;
    }

    /// <summary>Images that an infer says it has done.</summary>
    public static IEnumerable<string> ImagesLogged(SrbatchResult infer) =>
        infer.Logged("info").Where(line => line.Contains(" planes of ", StringComparison.Ordinal)).Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]);

    public static IReadOnlyList<string> Checkpoints(string run)
    {
        string folder = Path.Combine(run, "checkpoints");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "step-*").Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Unfinished files, which nobody may leave behind for good.</summary>
    public static IEnumerable<string> Temporaries(string run) => Directory.EnumerateFiles(run, ".*", HiddenToo);

    public static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
