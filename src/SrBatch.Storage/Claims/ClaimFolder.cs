using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Progress;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Claims;

/// <summary>The claims in a folder: the claim on <c>NAME</c> is <c>.NAME.claim</c> beside it.</summary>
public static class ClaimFolder
{
    private const string Suffix = ".claim";

    /// <summary>Longest name, bytes, that leaves room for the affixes of a claim's temporary file.</summary>
    private const int LongestName = 150;

    /// <summary>Path of the claim on a file. Long names are replaced by their hash.</summary>
    public static string PathOf(string target)
    {
        var name = Path.GetFileName(target);
        if (Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        }
        return Path.Combine(Path.GetDirectoryName(Path.GetFullPath(target))!, $".{name}{Suffix}");
    }

    /// <returns>
    /// The time by the clock of the folder's disk, with which the ages of files are measured. If the folder cannot be written to, the
    /// earliest time that the disk may have.
    /// </returns>
    public static DateTime Clock(string folder) => DiskClock.NowOrEarliest(folder);

    /// <returns>The living holders, ordered by their work. A missing folder has none.</returns>
    public static IReadOnlyList<Claimant> Alive(string folder)
    {
        var clock = new Lazy<DateTime>(() => Clock(folder));
        return
        [
            .. All(folder)
                .Select(path => (Path: path, Holder: Claim.HolderOf(path)))
                .Where(claim => claim.Holder is not null && Claim.IsAlive(claim.Path, claim.Holder, clock))
                .Select(claim => claim.Holder!)
                .OrderBy(holder => holder.Work, StringComparer.Ordinal),
        ];
    }

    /// <summary>Deletes claims of dead holders.</summary>
    /// <param name="folder">The folder; subfolders are not searched.</param>
    /// <param name="isOver">Whether the work of that name is finished, so that its claim is no longer needed.</param>
    public static void Clean(string folder, Func<string, bool> isOver)
    {
        var clock = new Lazy<DateTime>(() => Clock(folder));
        foreach (var path in All(folder))
        {
            var holder = Claim.HolderOf(path);
            if ((holder is null || isOver(holder.Work)) && !Claim.IsAlive(path, holder, clock))
            {
                File.Delete(path);
            }
        }
    }

    private static string[] All(string folder) => Directory.Exists(folder)
        ? Directory.GetFiles(folder, $".*{Suffix}", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
        : [];
}
