using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5.Types;

/// <summary>
/// Copies values of one type on disk to memory: only their byte order changes, or they become float32, rounded to nearest.
/// </summary>
internal sealed unsafe class ValueCopy
{
    /// <summary>
    /// Number of values gathered at a time if they are not contiguous. Both buffers fit the stack and the first-level cache.
    /// </summary>
    private const int BlockValues = 512;

    private readonly bool _isSwapped;
    private readonly delegate*<byte*, byte*, nint, void> _convert;

    /// <param name="element">Type on disk.</param>
    /// <param name="isBigEndian">Byte order on disk.</param>
    /// <param name="toSingle">True: convert to float32; false: only to little endian.</param>
    internal ValueCopy(ElementType element, bool isBigEndian, bool toSingle)
    {
        SourceBytes = Hdf5Type.Bytes(element);
        _isSwapped = isBigEndian && SourceBytes > 1;
        _convert = toSingle && element != ElementType.Float32 ? ToSingle.From(element) : null;
        DestinationBytes = _convert is null ? SourceBytes : sizeof(float);
    }

    /// <summary>Size of a value on disk.</summary>
    internal int SourceBytes { get; }

    /// <summary>Size of a value in memory.</summary>
    internal int DestinationBytes { get; }

    /// <summary>True if the bytes are the same on disk and in memory.</summary>
    internal bool IsIdentity => _convert is null && !_isSwapped;

    /// <summary>Copies one run of values.</summary>
    /// <param name="source">The first value.</param>
    /// <param name="sourceStride">Distance of the values, bytes; 0 repeats the first one.</param>
    /// <param name="destination">Address of the first value.</param>
    /// <param name="destinationStride">Distance of the values, bytes.</param>
    /// <param name="count">Number of values.</param>
    [SkipLocalsInit]
    internal void Run(byte* source, nint sourceStride, byte* destination, nint destinationStride, nint count)
    {
        var isGathered = sourceStride != SourceBytes;
        var isScattered = destinationStride != DestinationBytes;
        if (!isGathered && !isScattered && !_isSwapped)
        {
            Convert(source, destination, count);
            return;
        }
        var values = stackalloc ulong[BlockValues];
        var converted = stackalloc ulong[BlockValues];
        while (count > 0)
        {
            var block = Math.Min(count, BlockValues);
            var from = source;
            if (isGathered || _isSwapped)
            {
                from = (byte*)values;
                Strided(source, sourceStride, from, SourceBytes, block, SourceBytes);
                if (_isSwapped)
                {
                    Swap(from, (int)block);
                }
            }
            if (isScattered)
            {
                Convert(from, (byte*)converted, block);
                Strided((byte*)converted, DestinationBytes, destination, destinationStride, block, DestinationBytes);
            }
            else
            {
                Convert(from, destination, block);
            }
            source += sourceStride * block;
            destination += destinationStride * block;
            count -= block;
        }
    }

    private void Convert(byte* source, byte* destination, nint count)
    {
        if (_convert is not null)
        {
            _convert(source, destination, count);
        }
        else
        {
            Buffer.MemoryCopy(source, destination, count * SourceBytes, count * SourceBytes);
        }
    }

    private void Swap(byte* values, int count)
    {
        switch (SourceBytes)
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(new ReadOnlySpan<ushort>(values, count), new Span<ushort>(values, count));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(new ReadOnlySpan<uint>(values, count), new Span<uint>(values, count));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(new ReadOnlySpan<ulong>(values, count), new Span<ulong>(values, count));
                break;
        }
    }

    private static void Strided(byte* source, nint sourceStride, byte* destination, nint destinationStride, nint count, int valueBytes)
    {
        if (sourceStride == valueBytes && destinationStride == valueBytes)
        {
            Buffer.MemoryCopy(source, destination, count * valueBytes, count * valueBytes);
            return;
        }
        switch (valueBytes)
        {
            case 1:
                Strided<byte>(source, sourceStride, destination, destinationStride, count);
                break;
            case 2:
                Strided<ushort>(source, sourceStride, destination, destinationStride, count);
                break;
            case 4:
                Strided<uint>(source, sourceStride, destination, destinationStride, count);
                break;
            default:
                Strided<ulong>(source, sourceStride, destination, destinationStride, count);
                break;
        }
    }

    private static void Strided<T>(byte* source, nint sourceStride, byte* destination, nint destinationStride, nint count)
        where T : unmanaged
    {
        unchecked
        {
            for (nint n = 0; n < count; n++)
            {
                Unsafe.WriteUnaligned(destination, Unsafe.ReadUnaligned<T>(source));
                source += sourceStride;
                destination += destinationStride;
            }
        }
    }
}
