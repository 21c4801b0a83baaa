using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Weights;

/// <summary>
/// Reads and writes weights in Hugging Face's safetensors format, which PyTorch, JAX and others can load: float32, little-endian, sorted by
/// name. The same values give the same bytes.
/// </summary>
public static class Safetensors
{
    /// <summary>Floats read or written at a time (4 MiB). A span of bytes cannot exceed 2 GiB, but arrays can.</summary>
    private const int Block = 1 << 20;

    /// <summary>
    /// Writes arrays, with the SHA-256 of the values as <c>sha256</c> in the metadata. The file appears only when it is complete.
    /// </summary>
    /// <param name="path">The file. Its folder is created when missing.</param>
    /// <param name="arrays">In any order; names must differ.</param>
    /// <param name="metadata">Texts to store in the metadata.</param>
    /// <exception cref="ArgumentException">Two arrays have the same name, or the number of values does not match the shape.</exception>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
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
            sorted.ForEach(array => ForEachBlock(array.Values.Span, stream.Write));
        });
    }

    /// <summary>Reads all arrays. Verifies the checksum when the file has one; files from other programs have none.</summary>
    /// <returns>
    /// The arrays in the order of the file (in files from srbatch: sorted by name), and the metadata without the checksum.
    /// </returns>
    /// <exception cref="SrBatchException">The file is missing or damaged; the message says which check failed (exit 65).</exception>
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

    /// <summary>Reads only the metadata. Checks the header but not the values.</summary>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        path = Path.GetFullPath(path);
        return Open(path, stream => WithoutChecksum(SafetensorsHeader.Read(stream, path).Metadata));
    }

    /// <summary>SHA-256 of a whole file, lower-case hex, as printed by <c>sha256sum</c>.</summary>
    /// <exception cref="SrBatchException">The file is missing or unreadable (exit 65).</exception>
    public static string FileSha256(string path)
    {
        path = Path.GetFullPath(path);
        return Open(path, stream => Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static T Open<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using var stream = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
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
        arrays.ForEach(array => ForEachBlock(array.Values.Span, hash.AppendData));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void ForEachBlock(ReadOnlySpan<float> values, Action<ReadOnlySpan<byte>> action)
    {
        for (; !values.IsEmpty; values = values[Math.Min(Block, values.Length)..])
        {
            action(MemoryMarshal.AsBytes(values[..Math.Min(Block, values.Length)]));
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
            string shape = string.Join(", ", array.Shape);
            throw new ArgumentException($"array '{array.Name}' of shape ({shape}) has {array.Values.Length} values");
        }
    }
}
