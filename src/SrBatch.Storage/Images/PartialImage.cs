using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Images;

/// <summary>
/// The finished blocks of an unfinished image, kept in files beside its final name, so that another process or machine can continue the
/// image. Each process appends to its own file and reads the files of all. A block that was cut short by a kill or a power cut has a wrong
/// checksum and counts as missing.
/// </summary>
/// <remarks>
/// Several threads may call all members except <see cref="Dispose"/> at the same time; <see cref="Add"/> writes one block at a time.
/// <see cref="Has"/> and <see cref="Count"/> never wait for a disk.
/// </remarks>
public sealed class PartialImage : IDisposable
{
    private const string Magic = "SRBATCH-PARTIAL-1\n";
    private const int FingerprintBytes = 32;

    /// <summary>
    /// Longest image name, bytes, that leaves room for the rest of a partial file's name. Blocks of images with longer names stay in
    /// memory.
    /// </summary>
    private const int LongestName = 150;

    private readonly string _image;
    private readonly byte[] _fingerprint;
    private readonly bool _isOnDisk;
    private readonly ConcurrentDictionary<int, FinishedBlock> _inMemory = [];
    private readonly ConcurrentDictionary<int, (FileStream File, long At, int Length)> _onDisk = [];
    private readonly List<FileStream> _found = [];

    /// <summary>Held while a block is appended to <see cref="_own"/>.</summary>
    private readonly Lock _appending = new();

    private FileStream? _own;

    private PartialImage(string image, byte[] fingerprint, bool isOnDisk)
    {
        _image = Path.GetFullPath(image);
        _fingerprint = fingerprint;
        _isOnDisk = isOnDisk && Encoding.UTF8.GetByteCount(Path.GetFileName(image)) <= LongestName;
    }

    /// <summary>Number of finished blocks.</summary>
    public int Count => _inMemory.Count + _onDisk.Count;

    /// <param name="image">Final name of the image.</param>
    /// <param name="fingerprint">
    /// 32 bytes that depend on everything that the output depends on. Blocks with another fingerprint are ignored.
    /// </param>
    /// <param name="isOnDisk">False: blocks are kept in memory, which suits an image of one block.</param>
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

    /// <summary>Deletes the partial files of a finished image.</summary>
    /// <returns>Number of deleted files.</returns>
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

    /// <summary>
    /// Deletes the partial files of all finished images in a folder. A process that was killed after its last step may have left some.
    /// </summary>
    /// <returns>Number of deleted files.</returns>
    public static int DeleteDone(string folder) => OfDone(folder).Select(ImageOf).Distinct().Sum(Delete);

    /// <summary>The partial files of all finished images in a folder.</summary>
    public static IReadOnlyList<string> OfDone(string folder) =>
        [.. All(Path.GetFullPath(folder)).Where(path => File.Exists(ImageOf(path)))];

    /// <summary>Total size of the partial files of some images.</summary>
    /// <param name="folder">The folder of the images.</param>
    /// <param name="images">Final names of unfinished images.</param>
    /// <returns>Bytes.</returns>
    public static long Kept(string folder, IEnumerable<string> images)
    {
        var wanted = images.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return All(Path.GetFullPath(folder))
            .Where(path => wanted.Contains(ImageOf(path)))
            .Select(path => new FileInfo(path))
            .Sum(file => file.Exists ? file.Length : 0);
    }

    public bool Has(int number) => _inMemory.ContainsKey(number) || _onDisk.ContainsKey(number);

    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    public void Add(FinishedBlock block)
    {
        if (!_isOnDisk)
        {
            _inMemory[block.Number] = block;
            return;
        }
        var record = BlockRecord.Encode(block);
        try
        {
            lock (_appending)
            {
                _onDisk[block.Number] = Append(record);
            }
        }
        catch (Exception e) when (DiskError.Of(_image, e) is { } error)
        {
            throw error;
        }
    }

    /// <exception cref="KeyNotFoundException">The block is not finished.</exception>
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
        try
        {
            if (RandomAccess.Read(file.SafeFileHandle, checksum, at - checksum.Length) == checksum.Length
                && RandomAccess.Read(file.SafeFileHandle, record, at) == length
                && BlockRecord.Checksum(record) == MemoryMarshal.Read<uint>(checksum))
            {
                return BlockRecord.Decode(record);
            }
        }
        catch (IOException fault)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed, $"{file.Name}: block {number} cannot be read: {fault.Message} Run again.", fault);
        }
        throw new SrBatchException(
            ExitCode.ImagesFailed,
            $"{file.Name}: block {number} is no longer what was written. Run again: the image begins anew.");
    }

    /// <summary>Deletes the partial files of this image, which is finished.</summary>
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

    /// <summary>
    /// Partial files of all images in a folder. A pattern with the name of one image would also find images whose names begin with it.
    /// </summary>
    private static IEnumerable<string> All(string folder)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, $".*{TemporaryName.Partial}", options).Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>The image of a partial file, whose name is <c>.NAME.h5.HOST-PID-N.part</c>.</summary>
    private static string ImageOf(string path)
    {
        var name = Path.GetFileName(path);
        return Path.Combine(Path.GetDirectoryName(path)!, name[1..(name.LastIndexOf(".h5.", StringComparison.Ordinal) + 3)]);
    }

    /// <summary>Appends a record to this process's file.</summary>
    /// <returns>Where it is.</returns>
    private (FileStream File, long At, int Length) Append(byte[] record)
    {
        _own ??= Begin();
        var at = _own.Length;
        _own.Position = at;
        Span<byte> head = stackalloc byte[2 * sizeof(int)];
        MemoryMarshal.Write(head, record.Length);
        MemoryMarshal.Write(head[sizeof(int)..], BlockRecord.Checksum(record));
        _own.Write(head);
        _own.Write(record);
        _own.Flush(); // to the system, which outlives this process; the checksum finds what a power cut takes
        return (_own, at + head.Length, record.Length);
    }

    private FileStream Begin()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_image)!);
        var path = TemporaryName.For(_image, TemporaryName.Partial);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(Magic));
        file.Write(_fingerprint);
        return file;
    }

    /// <summary>Notes the complete blocks of a file. Blocks that another process appends later are not seen.</summary>
    private void Find(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // deleted meanwhile because the image is finished, or another user's file: its blocks are computed again
        }
        _found.Add(file); // closed with this object, whatever follows
        if (!HasOurHead(file))
        {
            return;
        }
        var sizes = new byte[2 * sizeof(int)];
        for (long at = Magic.Length + FingerprintBytes, length = file.Length; at + sizes.Length <= length;)
        {
            _ = RandomAccess.Read(file.SafeFileHandle, sizes, at);
            var size = MemoryMarshal.Read<int>(sizes);
            at += sizes.Length;
            if (size < sizeof(int) || at + size > length)
            {
                return;
            }
            var record = new byte[size];
            var checksum = MemoryMarshal.Read<uint>(sizes.AsSpan(sizeof(int)));
            if (RandomAccess.Read(file.SafeFileHandle, record, at) != size || BlockRecord.Checksum(record) != checksum)
            {
                return;
            }
            _onDisk[MemoryMarshal.Read<int>(record)] = (file, at, size);
            at += size;
        }
    }

    private bool HasOurHead(FileStream file)
    {
        var head = new byte[Magic.Length + FingerprintBytes];
        return RandomAccess.Read(file.SafeFileHandle, head, 0) == head.Length
            && head.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Magic))
            && head.AsSpan(Magic.Length).SequenceEqual(_fingerprint);
    }
}
