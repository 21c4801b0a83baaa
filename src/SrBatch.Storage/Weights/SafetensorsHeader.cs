using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;

namespace SrBatch.Storage.Weights;

/// <summary>The part of a safetensors file before the values: the length in 8 bytes, then JSON padded with spaces.</summary>
/// <param name="Metadata">The entries of <c>__metadata__</c>, including the checksum.</param>
/// <param name="Entries">The arrays, in the order of their values.</param>
/// <param name="DataStart">Offset of the first value in the file, bytes.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<SafetensorsEntry> Entries,
    long DataStart)
{
    internal const string MetadataKey = "__metadata__";

    /// <summary>Key in the metadata for the SHA-256 of all bytes after the header, lower-case hex.</summary>
    internal const string ChecksumKey = "sha256";

    private const int LengthBytes = 8;

    /// <summary>Longest header; the limit of the reference implementation.</summary>
    private const long MostBytes = 100_000_000;

    /// <summary>Bytes of the header.</summary>
    /// <param name="arrays">In the order of their values in the file.</param>
    /// <param name="metadata">Written as <c>__metadata__</c>.</param>
    internal static byte[] Write(IReadOnlyList<WeightArray> arrays, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(MetadataKey);
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteString(key, value);
            }
            writer.WriteEndObject();
            var offset = 0L;
            foreach (var array in arrays)
            {
                writer.WriteStartObject(array.Name);
                writer.WriteString("dtype", "F32");
                writer.WriteStartArray("shape");
                foreach (var length in array.Shape)
                {
                    writer.WriteNumberValue(length);
                }
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                writer.WriteNumberValue(offset += (long)array.Values.Length * sizeof(float));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        var padded = (json.WrittenCount + 7) / 8 * 8;
        var bytes = new byte[LengthBytes + padded];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, padded);
        json.WrittenSpan.CopyTo(bytes.AsSpan(LengthBytes));
        bytes.AsSpan(LengthBytes + json.WrittenCount).Fill((byte)' ');
        return bytes;
    }

    /// <exception cref="SrBatchException">The header is damaged; the message says which check failed (exit 65).</exception>
    internal static SafetensorsHeader Read(Stream stream, string path)
    {
        var fileBytes = stream.Length;
        if (fileBytes < LengthBytes)
        {
            throw Damaged(path, $"too short: {fileBytes} bytes, expected at least {LengthBytes}");
        }
        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MostBytes)
        {
            throw Damaged(path, $"the header's length is {length} bytes, expected at most {MostBytes}");
        }
        var dataStart = LengthBytes + (long)length;
        if (fileBytes < dataStart)
        {
            throw Damaged(path, $"too short: {fileBytes} bytes, expected {dataStart} or more (the header's length)");
        }
        var json = new byte[length];
        stream.ReadExactly(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement, dataStart, fileBytes, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Damaged(path, "the header is not JSON of the safetensors form", e);
        }
    }

    internal static SrBatchException Damaged(string path, string check, Exception? inner = null) =>
        new(ExitCode.ImagesFailed, $"{path}: damaged weights file: {check}. Use another checkpoint, or fetch the file again.", inner);

    private static SafetensorsHeader Parse(JsonElement root, long dataStart, long fileBytes, string path)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        List<SafetensorsEntry> entries = [];
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name == MetadataKey)
            {
                foreach (var pair in member.Value.EnumerateObject())
                {
                    metadata[pair.Name] = pair.Value.GetString() ?? "";
                }
                continue;
            }
            entries.Add(SafetensorsEntry.Parse(member, dataStart, fileBytes, path));
        }
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var expected = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != expected)
            {
                throw Damaged(
                    path,
                    $"array '{entry.Name}' begins at {entry.Begin}, expected {expected} (arrays must not overlap nor leave gaps)");
            }
            expected = entry.End;
        }
        return expected == fileBytes - dataStart
            ? new SafetensorsHeader(metadata, entries, dataStart)
            : throw Damaged(path, $"{fileBytes - dataStart} bytes of values, expected {expected}");
    }
}
