using System.Security.Cryptography;
using System.Text;

namespace SrBatch.Core.Planning;

/// <summary>
/// A group's name, which may be any text, as the name of a folder: its UTF-8 bytes percent-encoded as in a URL, but for ASCII letters, digits, '-', '_'
/// and a '.' that is not the first. Any URL decoder reads it back; no two groups have the same.
/// </summary>
public static class GroupFolder
{
    /// <summary>Well below the 255 bytes of file systems.</summary>
    private const int Longest = 200;

    /// <returns>
    /// 1 to 200 ASCII characters. Of a longer name its beginning, '~' and 32 hex digits of the SHA-256 of its UTF-8 bytes, which cannot be read back;
    /// the model's card has the group then. '%' alone is the group without a name.
    /// </returns>
    public static string NameOf(string group)
    {
        if (group.Length == 0)
        {
            return "%";
        }
        string name = Uri.EscapeDataString(group).Replace("~", "%7E", StringComparison.Ordinal);
        name = name[0] == '.' ? "%2E" + name[1..] : name;
        return name.Length <= Longest ? name : $"{name[..(Longest - 33)]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(group)))[..32]}";
    }
}
