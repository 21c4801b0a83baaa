using System.IO.Compression;

namespace SrBatch.Storage.Files;

/// <summary>Writes zip archives without compression and time stamps: the same entries give the same bytes.</summary>
public static class PlainZip
{
    /// <summary>The earliest time that a zip entry can have.</summary>
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="entries">The entries, in the order of the archive.</param>
    public static byte[] Write(IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
                entry.LastWriteTime = Epoch;
                using var content = entry.Open();
                content.Write(bytes.Span);
            }
        }
        return stream.ToArray();
    }
}
