using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Progress;

namespace SrBatch.Storage.Claims;

/// <summary>The claims in a folder, <c>.NAME.claim</c> beside what NAME will be.</summary>
public static class ClaimFolder
{
    private const string Suffix = ".claim";

    /// <summary>Bytes of a name that leave room for the rest, also while it is a temporary file.</summary>
    private const int LongestName = 150;

    /// <summary>Where the claim on the file of this path is: the end of a long name gives way to its hash.</summary>
    public static string PathOf(string target)
    {
        var name = Path.GetFileName(target);
        if (Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        }
        return Path.Combine(Path.GetDirectoryName(Path.GetFullPath(target))!, $".{name}{Suffix}");
    }

    /// <returns>Claims of those who are still there, by what they are at. A missing folder has none.</returns>
    public static IReadOnlyList<Claimant> Alive(string folder) =>
        [.. All(folder).Select(path => (Path: path, Holder: Claim.HolderOf(path))).Where(claim => claim.Holder is not null && Claim.IsAlive(claim.Path, claim.Holder))
            .Select(claim => claim.Holder!).OrderBy(holder => holder.Work, StringComparer.Ordinal)];

    /// <summary>Deletes claims of the dead.</summary>
    /// <param name="folder">Not below it.</param>
    /// <param name="isOver">Whether the work of that name is done, so that its claim tells nothing any more.</param>
    public static void Clean(string folder, Func<string, bool> isOver)
    {
        foreach (var path in All(folder))
        {
            var holder = Claim.HolderOf(path);
            if ((holder is null || isOver(holder.Work)) && !Claim.IsAlive(path, holder))
            {
                File.Delete(path);
            }
        }
    }

    private static string[] All(string folder) => Directory.Exists(folder)
        ? Directory.GetFiles(folder, $".*{Suffix}", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
        : [];
}
