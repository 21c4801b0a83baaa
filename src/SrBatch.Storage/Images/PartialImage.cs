using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Storage.Images;

/// <summary>
/// The finished blocks of an image that is not whole yet, in files beside its final name: whoever works on the image next, on whatever machine, goes on from
/// there. Each process appends to a file of its own and reads those of all; a block that a kill or a power cut left half written has a wrong checksum and is
/// not there. One caller at a time.
/// </summary>
public sealed class PartialImage : IDisposable
{
    private const string Magic = "SRBATCH-PARTIAL-1\n";
    private const int FingerprintBytes = 32;

    /// <summary>Bytes of an image's name that leave room for the rest of a partial file's; images of longer names are begun anew.</summary>
    private const int LongestName = 150;

    private readonly string _image;
    private readonly byte[] _fingerprint;
    private readonly bool _isOnDisk;
    private readonly Dictionary<int, FinishedBlock> _inMemory = [];
    private readonly Dictionary<int, (FileStream File, long At, int Length)> _onDisk = [];
    private readonly List<FileStream> _found = [];
    private FileStream? _own;

    private PartialImage(string image, byte[] fingerprint, bool isOnDisk)
    {
        _image = Path.GetFullPath(image);
        _fingerprint = fingerprint;
        _isOnDisk = isOnDisk && Encoding.UTF8.GetByteCount(Path.GetFileName(image)) <= LongestName;
    }

    /// <summary>Blocks that are there.</summary>
    public int Count => _inMemory.Count + _onDisk.Count;

    /// <param name="image">Final name of the image.</param>
    /// <param name="fingerprint">32 bytes that differ when anything differs that the output depends on: blocks of another fingerprint are not there.</param>
    /// <param name="isOnDisk">False: blocks are kept in memory, as suits an image that is one block.</param>
    public static PartialImage Open(string image, byte[] fingerprint, bool isOnDisk)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(fingerprint.Length, FingerprintBytes);
        var partial = new PartialImage(image, fingerprint, isOnDisk);
        if (partial._isOnDisk)
        {
            foreach (var path in Files(partial._image))
            {
                partial.Find(path);
            }
        }
        return partial;
    }

    /// <summary>Deletes what is left of an image that is done.</summary>
    /// <returns>How many files.</returns>
    public static int Delete(string image)
    {
        var files = Files(Path.GetFullPath(image));
        foreach (var path in files)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (DiskError.Of(path, e) is { } error)
            {
                throw error;
            }
        }
        return files.Length;
    }

    /// <summary>Deletes what is left of all images in a folder that are done: a kill may come between the last step and that.</summary>
    /// <returns>How many files.</returns>
    public static int DeleteDone(string folder) => All(Path.GetFullPath(folder)).Select(ImageOf).Distinct().Where(File.Exists).ToArray().Sum(Delete);

    /// <returns>Bytes kept of these images, of which none is done; all lie in one folder.</returns>
    public static long Kept(string folder, IEnumerable<string> images)
    {
        var wanted = images.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return All(Path.GetFullPath(folder)).Where(path => wanted.Contains(ImageOf(path))).Select(path => new FileInfo(path)).Sum(file => file.Exists ? file.Length : 0);
    }

    public bool Has(int number) => _inMemory.ContainsKey(number) || _onDisk.ContainsKey(number);

    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Add(FinishedBlock block)
    {
        if (!_isOnDisk)
        {
            _inMemory[block.Number] = block;
            return;
        }
        var record = Encode(block);
        try
        {
            _own ??= Begin();
            var at = _own.Length;
            _own.Position = at;
            Span<byte> head = stackalloc byte[2 * sizeof(int)];
            MemoryMarshal.Write(head, record.Length);
            MemoryMarshal.Write(head[sizeof(int)..], Checksum(record));
            _own.Write(head);
            _own.Write(record);
            _own.Flush(); // to the system, which outlives this process; a checksum finds what a power cut takes
            _onDisk[block.Number] = (_own, at + head.Length, record.Length);
        }
        catch (Exception e) when (DiskError.Of(_image, e) is { } error)
        {
            throw error;
        }
    }

    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    /// <exception cref="SrBatchException">The file changed meanwhile (exit 65).</exception>
    public FinishedBlock Read(int number)
    {
        if (_inMemory.TryGetValue(number, out var block))
        {
            return block;
        }
        var (file, at, length) = _onDisk[number];
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        var record = new byte[length];
        return RandomAccess.Read(file.SafeFileHandle, checksum, at - checksum.Length) == checksum.Length && RandomAccess.Read(file.SafeFileHandle, record, at) == length
            && Checksum(record) == MemoryMarshal.Read<uint>(checksum)
            ? Decode(record)
            : throw new SrBatchException(ExitCode.ImagesFailed, $"{file.Name}: block {number} is no longer what was written. Run again: the image begins anew.");
    }

    /// <summary>Deletes all that is left of the image, which is done.</summary>
    public void Delete()
    {
        if (_isOnDisk)
        {
            _ = Delete(_image);
        }
    }

    public void Dispose()
    {
        _own?.Dispose();
        foreach (var file in _found)
        {
            file.Dispose();
        }
    }

    private static string[] Files(string image) => [.. All(Path.GetDirectoryName(image)!).Where(path => ImageOf(path) == image)];

    /// <summary>Partial files of all images in a folder; not those of a pattern with an image's name in it, which another's may begin with.</summary>
    private static IEnumerable<string> All(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, $".*{TemporaryName.Partial}", new EnumerationOptions { AttributesToSkip = FileAttributes.None }).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The image whose partial file this is: <c>.NAME.h5.HOST-PID-N.part</c>.</summary>
    private static string ImageOf(string path)
    {
        var name = Path.GetFileName(path);
        return Path.Combine(Path.GetDirectoryName(path)!, name[1..(name.LastIndexOf(".h5.", StringComparison.Ordinal) + 3)]);
    }

    private FileStream Begin()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_image)!);
        var file = new FileStream(TemporaryName.For(_image, TemporaryName.Partial), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(Magic));
        file.Write(_fingerprint);
        return file;
    }

    /// <summary>Notes the whole blocks of a file; what another process appends from now on is not seen.</summary>
    private void Find(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // gone meanwhile, with the image done, or another user's: its blocks are done again
        }
        var head = new byte[Magic.Length + FingerprintBytes];
        if (RandomAccess.Read(file.SafeFileHandle, head, 0) != head.Length || !head.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Magic)) || !head.AsSpan(Magic.Length).SequenceEqual(_fingerprint))
        {
            file.Dispose();
            return;
        }
        _found.Add(file);
        var sizes = new byte[2 * sizeof(int)];
        for (long at = head.Length, length = file.Length; at + sizes.Length <= length;)
        {
            _ = RandomAccess.Read(file.SafeFileHandle, sizes, at);
            var size = MemoryMarshal.Read<int>(sizes);
            at += sizes.Length;
            if (size < sizeof(int) || at + size > length)
            {
                return;
            }
            var record = new byte[size];
            if (RandomAccess.Read(file.SafeFileHandle, record, at) != size || Checksum(record) != MemoryMarshal.Read<uint>(sizes.AsSpan(sizeof(int))))
            {
                return;
            }
            _onDisk[MemoryMarshal.Read<int>(record)] = (file, at, size);
            at += size;
        }
    }

    private static byte[] Encode(FinishedBlock block)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(block.Number);
        writer.Write(block.Saturated);
        writer.Write(block.Datasets.Count);
        foreach (var chunks in block.Datasets)
        {
            writer.Write(chunks.Count);
            foreach (var chunk in chunks)
            {
                writer.Write(chunk.Start.Length);
                foreach (var index in chunk.Start)
                {
                    writer.Write(index);
                }
                writer.Write(chunk.Bytes.Length);
                writer.Write(chunk.Bytes.Span);
            }
        }
        return stream.ToArray();
    }

    private static FinishedBlock Decode(byte[] record)
    {
        using var reader = new BinaryReader(new MemoryStream(record));
        var number = reader.ReadInt32();
        var saturated = reader.ReadInt64();
        var datasets = new IReadOnlyList<PackedChunk>[reader.ReadInt32()];
        for (var dataset = 0; dataset < datasets.Length; dataset++)
        {
            var chunks = new PackedChunk[reader.ReadInt32()];
            for (var n = 0; n < chunks.Length; n++)
            {
                var start = new ulong[reader.ReadInt32()];
                for (var axis = 0; axis < start.Length; axis++)
                {
                    start[axis] = reader.ReadUInt64();
                }
                var length = reader.ReadInt32();
                chunks[n] = new PackedChunk(start, record.AsMemory((int)reader.BaseStream.Position, length));
                reader.BaseStream.Position += length;
            }
            datasets[dataset] = chunks;
        }
        return new FinishedBlock(number, saturated, datasets);
    }

    /// <summary>CRC-32C.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }
        return ~crc;
    }
}
