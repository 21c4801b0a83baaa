using System.Security.Cryptography;
using System.Text;

namespace SrBatch.Core.Planning;

/// <summary>
/// Turns a group's name, which may be any text, into the name of a folder. Its UTF-8 bytes are percent-encoded as in a URL, except ASCII
/// letters, digits, '-', '_' and a '.' that is not the first character. Any URL decoder reads it back, and no two groups have the same
/// folder.
/// </summary>
public static class GroupFolder
{
    /// <summary>Well below the 255 bytes that file systems allow.</summary>
    private const int Longest = 200;

    /// <returns>
    /// 1 to 200 ASCII characters. A longer name is cut and followed by '~' and 32 hex digits of the SHA-256 of its UTF-8 bytes. It cannot
    /// be read back, but the model's card has the group. A lone '%' stands for the empty name.
    /// </returns>
    public static string NameOf(string group)
    {
        if (group.Length == 0)
        {
            return "%";
        }
        string name = Uri.EscapeDataString(group).Replace("~", "%7E", StringComparison.Ordinal);
        name = name[0] == '.' ? "%2E" + name[1..] : name;
        if (name.Length <= Longest)
        {
            return name;
        }
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(group)))[..32];
        return $"{name[..(Longest - 33)]}~{hash}";
    }
}
