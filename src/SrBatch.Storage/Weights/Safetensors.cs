using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Weights;

/// <summary>
/// Weights in Hugging Face's safetensors form, which PyTorch, JAX and others load: float32, little endian, sorted by name.
/// The same values give the same bytes.
/// </summary>
public static class Safetensors
{
    /// <summary>Floats handled at once: 4 MiB, so that arrays beyond 2 GiB need no larger span.</summary>
    private const int Block = 1 << 20;

    /// <summary>Writes arrays so that the file is never half there, with the values' SHA-256 as <c>sha256</c> in the metadata.</summary>
    /// <param name="path">The file; its folder is made if missing.</param>
    /// <param name="arrays">In any order; names must differ.</param>
    /// <param name="metadata">Texts that travel along.</param>
    /// <exception cref="ArgumentException">Two arrays of one name, or values that do not fill the shape.</exception>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        var sorted = arrays.OrderBy(array => array.Name, StringComparer.Ordinal).ToList();
        for (var n = 0; n < sorted.Count; n++)
        {
            RequireValid(sorted[n], n > 0 ? sorted[n - 1] : null);
        }
        var complete = new Dictionary<string, string>(metadata) { [SafetensorsHeader.ChecksumKey] = Checksum(sorted) };
        AtomicFile.Write(path, stream =>
        {
            stream.Write(SafetensorsHeader.Write(sorted, complete));
            sorted.ForEach(array => EachBlock(array.Values.Span, stream.Write));
        });
    }

    /// <summary>Reads all arrays; the checksum is verified when the file has one (other programs' have none).</summary>
    /// <returns>Arrays by offset in the file (ours: by name), and the metadata without the checksum.</returns>
    /// <exception cref="SrBatchException">Missing or damaged; the message says which check failed (exit 65).</exception>
    public static (IReadOnlyList<WeightArray> Arrays, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        path = Path.GetFullPath(path);
        return Open(path, stream =>
        {
            var header = SafetensorsHeader.Read(stream, path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            List<WeightArray> arrays = [];
            foreach (var entry in header.Entries)
            {
                var values = new float[(entry.End - entry.Begin) / sizeof(float)];
                for (var start = 0; start < values.Length; start += Block)
                {
                    var bytes = MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(Block, values.Length - start)));
                    stream.ReadExactly(bytes);
                    hash.AppendData(bytes);
                }
                arrays.Add(new WeightArray(entry.Name, entry.Shape, values));
            }
            var found = Convert.ToHexStringLower(hash.GetHashAndReset());
            return header.Metadata.TryGetValue(SafetensorsHeader.ChecksumKey, out var expected) && expected != found
                ? throw SafetensorsHeader.Damaged(path, $"the values' sha256 is {found}, expected {expected}")
                : ((IReadOnlyList<WeightArray>)arrays, WithoutChecksum(header.Metadata));
        });
    }

    /// <summary>Reads only the metadata; the header is checked, the values are not.</summary>
    /// <exception cref="SrBatchException">Missing or damaged (exit 65).</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        path = Path.GetFullPath(path);
        return Open(path, stream => WithoutChecksum(SafetensorsHeader.Read(stream, path).Metadata));
    }

    /// <summary>SHA-256 of a whole file, lower-case hex: what <c>sha256sum</c> prints.</summary>
    /// <exception cref="SrBatchException">Missing or unreadable (exit 65).</exception>
    public static string FileSha256(string path)
    {
        path = Path.GetFullPath(path);
        return Open(path, stream => Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static T Open<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
            return read(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static Dictionary<string, string> WithoutChecksum(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Where(pair => pair.Key != SafetensorsHeader.ChecksumKey).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static string Checksum(List<WeightArray> arrays)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        arrays.ForEach(array => EachBlock(array.Values.Span, hash.AppendData));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void EachBlock(ReadOnlySpan<float> values, Action<ReadOnlySpan<byte>> take)
    {
        for (; !values.IsEmpty; values = values[Math.Min(Block, values.Length)..])
        {
            take(MemoryMarshal.AsBytes(values[..Math.Min(Block, values.Length)]));
        }
    }

    private static void RequireValid(WeightArray array, WeightArray? before)
    {
        if (array.Name == before?.Name || array.Name == SafetensorsHeader.MetadataKey)
        {
            throw new ArgumentException($"two arrays named '{array.Name}', or a reserved name");
        }
        if (array.Shape.Aggregate(1L, (product, length) => product * length) != array.Values.Length)
        {
            throw new ArgumentException($"array '{array.Name}' of shape ({string.Join(", ", array.Shape)}) has {array.Values.Length} values");
        }
    }
}
