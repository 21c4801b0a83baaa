using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace SrBatch.Storage.Files;

/// <summary>A file or folder whose name is not UTF-8. .NET replaces the bytes that are not, so that it cannot be opened.</summary>
/// <param name="Path">Absolute path with U+FFFD in place of these bytes.</param>
/// <param name="Shown">Absolute path with these bytes written out, such as <c>\xe9</c>.</param>
/// <param name="IsFolder">False if it is a file or if the file system does not say.</param>
public sealed record OddName(string Path, string Shown, bool IsFolder)
{
    // struct dirent of Linux on 64 bits: inode, offset, length of the entry, type, name.
    private const int TypeAt = 18;
    private const int NameAt = 19;
    private const byte TypeFolder = 4;

    /// <summary>What is wrong and what to do.</summary>
    public string Problem =>
        $"{Shown}: the name of this {(IsFolder ? "folder" : "file")} is not UTF-8. Rename it, e.g. with convmv -f latin1 -t utf8 --notest.";

    /// <summary>Lists such names of a folder, in the order of their bytes.</summary>
    public static unsafe IReadOnlyList<OddName> In(string folder)
    {
        List<OddName> odd = [];
        var stream = Libc.opendir(folder);
        if (stream == 0)
        {
            return odd;
        }
        while (Libc.readdir(stream) is var entry && entry != null)
        {
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameAt);
            if (!Utf8.IsValid(name))
            {
                odd.Add(new OddName(
                    System.IO.Path.Combine(folder, Encoding.UTF8.GetString(name)),
                    System.IO.Path.Combine(folder, Escape(name)),
                    entry[TypeAt] == TypeFolder));
            }
        }
        _ = Libc.closedir(stream);
        odd.Sort((a, b) => string.CompareOrdinal(a.Shown, b.Shown));
        return odd;
    }

    /// <summary>Writes out the bytes that are not UTF-8.</summary>
    public static string Escape(ReadOnlySpan<byte> text)
    {
        var escaped = new StringBuilder();
        while (text.Length > 0)
        {
            var isRune = Rune.DecodeFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isRune)
            {
                _ = escaped.Append(rune.ToString());
            }
            else
            {
                foreach (var part in text[..length])
                {
                    _ = escaped.Append("\\x").Append(Convert.ToHexStringLower([part]));
                }
            }
            text = text[length..];
        }
        return escaped.ToString();
    }
}
