using System.Text;
using System.Text.Unicode;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Text of files that people write. A byte order mark of UTF-8, as Windows programs write it, is skipped.</summary>
public static class Utf8Text
{
    private const string Remedy = "Save it as UTF-8";

    /// <param name="bytes">All bytes of the file.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="SrBatchException">It is not UTF-8 (exit 78).</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..])
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path}: the text is UTF-16 or UTF-32; must be UTF-8. {Remedy}"
                + " (in PowerShell: Out-File -Encoding utf8).");
        }
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }
        var before = bytes[..at];
        var line = before.Count((byte)'\n') + 1;
        var column = at - before.LastIndexOf((byte)'\n');
        throw new SrBatchException(ExitCode.BadManifest,
            $"{path}: byte 0x{bytes[at]:x2} in line {line}, column {column} is not UTF-8. {Remedy} (iconv -f latin1 -t utf8).");
    }
}
