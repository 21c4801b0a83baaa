using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Pipelines.Inspection;

/// <summary>Summary of all values of a dataset.</summary>
/// <param name="Min">Null without values; NaN when a value is NaN. The same holds for the maximum and the mean.</param>
/// <param name="Sha256">SHA-256 of the values in C order, little endian, in the dataset's own type.</param>
internal sealed record DatasetDigest(double? Min, double? Max, double? Mean, string Sha256)
{
    /// <summary>Bytes read at once. Two such blocks are in memory.</summary>
    private const int BlockBytes = 1 << 23;

    /// <summary>Values converted to float64 at once, for the sum.</summary>
    private const int SumValues = 4096;

    /// <summary>Highest plausible ratio of values to stored bytes: gzip compresses at most 1032 to 1.</summary>
    private const double MostPacked = 1040;

    /// <summary>Datasets up to this size are digested even when almost nothing of them is stored.</summary>
    private const long MostEmptyBytes = 64 << 20;

    /// <exception cref="SrBatchException">Exit code 65: the values cannot be read, or were never written.</exception>
    public static DatasetDigest Of(Hdf5Dataset dataset, CancellationToken stop)
    {
        double bytes = dataset.Shape.Aggregate((double)Hdf5Type.Bytes(dataset.ElementType), (product, length) => product * length);
        if (bytes > MostEmptyBytes && dataset.StoredBytes is { } stored && bytes > MostPacked * stored)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, string.Create(
                CultureInfo.InvariantCulture, $"{dataset.Path} claims {bytes:F0} bytes, but only {stored} are stored. ")
                + "Almost nothing of it was written: it gets no digest.");
        }
        return OfAny(dataset, stop);
    }

    private static DatasetDigest OfAny(Hdf5Dataset dataset, CancellationToken stop) => dataset.ElementType switch
    {
        ElementType.UInt8 => Of<byte>(dataset, stop),
        ElementType.Int8 => Of<sbyte>(dataset, stop),
        ElementType.UInt16 => Of<ushort>(dataset, stop),
        ElementType.Int16 => Of<short>(dataset, stop),
        ElementType.UInt32 => Of<uint>(dataset, stop),
        ElementType.Int32 => Of<int>(dataset, stop),
        ElementType.UInt64 => Of<ulong>(dataset, stop),
        ElementType.Int64 => Of<long>(dataset, stop),
        ElementType.Float16 => Of<Half>(dataset, stop),
        ElementType.Float32 => Of<float>(dataset, stop),
        _ => Of<double>(dataset, stop),
    };

    private static DatasetDigest Of<T>(Hdf5Dataset dataset, CancellationToken stop)
        where T : unmanaged, INumber<T>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        T? least = null, most = null;
        double sum = 0;
        long count = 0;
        void Include(ReadOnlySpan<T> values)
        {
            T low = TensorPrimitives.Min(values), high = TensorPrimitives.Max(values);
            least = least is { } l ? TensorPrimitives.Min([l, low]) : low;
            most = most is { } m ? TensorPrimitives.Max([m, high]) : high;
            count += values.Length;
            Span<double> converted = stackalloc double[SumValues];
            for (; values.Length > 0; values = values[Math.Min(SumValues, values.Length)..])
            {
                Span<double> part = converted[..Math.Min(SumValues, values.Length)];
                TensorPrimitives.ConvertTruncating(values[..part.Length], part);
                sum += TensorPrimitives.Sum<double>(part);
            }
        }

        // The next block is read and decoded while this one is hashed and summed.
        T[] reading = [], ready = [];
        Task[] working = [];
        try
        {
            foreach ((long[] start, long[] lengths) in Blocks(dataset.Shape, BlockBytes / Unsafe.SizeOf<T>()))
            {
                stop.ThrowIfCancellationRequested();
                int values = checked((int)lengths.Aggregate(1L, (product, length) => product * length));
                if (reading.Length < values)
                {
                    reading = new T[values];
                }
                dataset.Read<T>(start, lengths, reading.AsSpan(0, values));
                Task.WaitAll(working, CancellationToken.None);
                (reading, ready) = (ready, reading);
                T[] block = ready;
                working =
                [
                    Task.Run(() => hash.AppendData(MemoryMarshal.AsBytes(block.AsSpan(0, values))), CancellationToken.None),
                    Task.Run(() => Include(block.AsSpan(0, values)), CancellationToken.None),
                ];
            }
        }
        finally
        {
            Task.WaitAll(working, CancellationToken.None);
        }
        return new DatasetDigest(
            least is { } min ? double.CreateTruncating(min) : null,
            most is { } max ? double.CreateTruncating(max) : null,
            count > 0 ? sum / count : null,
            Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>
    /// Cuts an array into blocks that are contiguous in C order: as many whole trailing axes as fit,
    /// and some slices of the axis before them.
    /// </summary>
    /// <param name="shape">Lengths of the axes; empty for a scalar.</param>
    /// <param name="mostValues">Most values in a block.</param>
    internal static IEnumerable<(long[] Start, long[] Lengths)> Blocks(long[] shape, long mostValues)
    {
        if (shape.Contains(0))
        {
            yield break;
        }
        int whole = shape.Length;
        long block = 1;
        while (whole > 0 && shape[whole - 1] <= mostValues / block)
        {
            block *= shape[--whole];
        }
        long slice = Math.Max(1, mostValues / block);
        long[] start = new long[shape.Length];
        for (int axis = 0; axis >= 0;)
        {
            long[] lengths =
                [.. shape.Select((length, i) => i >= whole ? length : i == whole - 1 ? Math.Min(slice, length - start[i]) : 1)];
            yield return ([.. start], lengths);
            for (axis = whole - 1; axis >= 0; axis--)
            {
                start[axis] += lengths[axis];
                if (start[axis] < shape[axis])
                {
                    break;
                }
                start[axis] = 0;
            }
        }
    }
}
