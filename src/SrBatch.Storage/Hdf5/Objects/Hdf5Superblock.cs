using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>
/// What the first bytes of an HDF5 file say about it: where it ends, and whether a writer has it open (format specification, "Disk Format:
/// Level 0A").
/// </summary>
/// <param name="ExpectedLength">Expected length of the file, bytes; null: unknown.</param>
/// <param name="IsOpenForWriting">A writer has the file open, or died and left the mark. Only in version 3.</param>
/// <param name="IsOpenForSwmr">Like <paramref name="IsOpenForWriting"/>, for a single writer with many readers.</param>
internal readonly record struct Hdf5Superblock(Int128? ExpectedLength, bool IsOpenForWriting, bool IsOpenForSwmr)
{
    private static readonly byte[] Magic = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Checks that a file is a finished HDF5 file. Runs before libhdf5 reads it and has clearer messages.</summary>
    /// <exception cref="SrBatchException">The file is not usable (exit 65); a disk error is the inner exception.</exception>
    internal static void Require(string path)
    {
        try
        {
            using var file = RegularFile.TryOpen(path)
                ?? throw Bad($"{path}: is {(Directory.Exists(path) ? "a folder" : "no regular file")}; expected an HDF5 file.");
            var length = RandomAccess.GetLength(file);
            if (length == 0)
            {
                throw Bad($"{path}: is empty; expected an HDF5 file.{RecentChange.Hint(path)}");
            }
            var found = Find(file, length) ?? throw Bad($"{path}: is no HDF5 file (its signature is missing).{RecentChange.Hint(path)}");
            if (found.IsOpenForWriting || found.IsOpenForSwmr)
            {
                var how = found.IsOpenForSwmr ? " (SWMR)" : "";
                throw Bad(RecentChange.Age(path) is null
                    ? $"{path}: was left open by its writer{how}. If none runs any more, 'h5clear -s {path}' mends the flag."
                    : $"{path}: is still open for writing{how}.{RecentChange.Hint(path)} "
                        + $"If no writer runs any more, 'h5clear -s {path}' mends the flag.");
            }
            if (found.ExpectedLength > length)
            {
                throw Bad($"{path}: truncated: the file has {length} of {found.ExpectedLength} bytes.{RecentChange.Hint(path)}");
            }
        }
        catch (IOException e)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, e.HResult switch
            {
                Libc.ENOENT or Libc.ENOTDIR => $"{path}: there is no such file.",
                Libc.EACCES or Libc.EPERM => $"{path}: may not be read. Check its permissions.",
                var errno => $"{path}: cannot be read: {e.Message} (errno {errno}).",
            }, e);
        }
    }

    private static SrBatchException Bad(string message) => new(ExitCode.ImagesFailed, message);

    private static Hdf5Superblock? Find(SafeFileHandle file, long length)
    {
        Span<byte> bytes = stackalloc byte[64];
        // The format allows a user block before the signature, of 512 bytes or a larger power of two.
        for (long offset = 0; offset < length; offset = offset == 0 ? 512 : offset * 2)
        {
            bytes.Clear();
            if (RandomAccess.Read(file, bytes, offset) >= Magic.Length && bytes.StartsWith(Magic))
            {
                return Parse(bytes, offset);
            }
        }
        return null;
    }

    /// <param name="bytes">Bytes from the signature on.</param>
    /// <param name="at">Their offset in the file; it corresponds to the <c>base address</c>.</param>
    private static Hdf5Superblock Parse(ReadOnlySpan<byte> bytes, long at)
    {
        var version = bytes[8];
        var (size, addresses) = version switch
        {
            0 => (bytes[13], 24),
            1 => (bytes[13], 28),
            _ => (bytes[9], 12),
        };
        // The first address is the base, the third the end of the file. Other sizes and versions are left to libhdf5.
        var hasEnd = version <= 3 && size is 2 or 4 or 8;
        var start = hasEnd ? Address(bytes[addresses..], size) : 0;
        var end = hasEnd ? Address(bytes[(addresses + 2 * size)..], size) : ulong.MaxValue;
        return new Hdf5Superblock(
            end == ulong.MaxValue >> (64 - 8 * (hasEnd ? size : 8)) ? null : (Int128)end - start + at,
            IsOpenForWriting: version == 3 && (bytes[11] & 1) != 0,
            IsOpenForSwmr: version == 3 && (bytes[11] & 4) != 0);
    }

    private static ulong Address(ReadOnlySpan<byte> bytes, int size) => size switch
    {
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };
}
