using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5;

namespace SrBatch.Worker.Runs;

/// <summary>What <c>inspect</c> tells of one dataset.</summary>
internal sealed record DatasetDescription
{
    /// <summary>Values read at once for a digest.</summary>
    private const long BlockValues = 1 << 22;

    public required string Path { get; init; }
    public string? Type { get; init; }
    public long[] Shape { get; init; } = [];
    public long[]? Chunk { get; init; }
    public string[] Filters { get; init; } = [];

    /// <summary>As an image, when it is one: what its values mean, its lengths without padding, its axes and voxel size.</summary>
    public DatasetHeader? Image { get; init; }

    /// <summary>What the values mean, when that is another type than theirs.</summary>
    public string? Means => Image is { } image && image.ElementType.NumpyName() is var name && Type?.EndsWith(name, StringComparison.Ordinal) == false ? name : null;

    /// <summary>Lengths without padding, when there is any.</summary>
    public long[]? Cropped => Image is { } image && !image.Shape.SequenceEqual(Shape) ? image.Shape : null;
    public string? Problem { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public double? Mean { get; init; }

    /// <summary>Of the values in C order, little endian, in the dataset's own type.</summary>
    public string? Sha256 { get; init; }

    /// <exception cref="SrBatchException">Exit code 65: the values cannot be read.</exception>
    public static DatasetDescription Of(Hdf5Dataset dataset, DatasetHeaders headers, bool digest)
    {
        var description = new DatasetDescription
        {
            Path = dataset.Path,
            Type = dataset.Type.ToString(),
            Shape = dataset.Shape,
            Chunk = dataset.Chunk,
            Filters = [.. dataset.Filters.Select(filter => filter.Name)],
            Image = dataset.Type.ElementType is null ? null : headers.Describe(dataset),
        };
        return !digest || dataset.Type.ElementType is null ? description : dataset.ElementType switch
        {
            ElementType.UInt8 => Digest<byte>(description, dataset, value => value),
            ElementType.Int8 => Digest<sbyte>(description, dataset, value => value),
            ElementType.UInt16 => Digest<ushort>(description, dataset, value => value),
            ElementType.Int16 => Digest<short>(description, dataset, value => value),
            ElementType.UInt32 => Digest<uint>(description, dataset, value => value),
            ElementType.Int32 => Digest<int>(description, dataset, value => value),
            ElementType.UInt64 => Digest<ulong>(description, dataset, value => value),
            ElementType.Int64 => Digest<long>(description, dataset, value => value),
            ElementType.Float16 => Digest<Half>(description, dataset, value => (double)value),
            ElementType.Float32 => Digest<float>(description, dataset, value => value),
            _ => Digest<double>(description, dataset, value => value),
        };
    }

    private static DatasetDescription Digest<T>(DatasetDescription description, Hdf5Dataset dataset, Func<T, double> number)
        where T : unmanaged
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        double least = double.PositiveInfinity, most = double.NegativeInfinity, sum = 0;
        long count = 0;
        ForEachBlock(dataset.Shape, (start, lengths) =>
        {
            T[] values = new T[lengths.Aggregate(1L, (product, length) => product * length)];
            dataset.Read<T>(start, lengths, values);
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
            foreach (T value in values)
            {
                double v = number(value);
                least = Math.Min(least, v);
                most = Math.Max(most, v);
                sum += v;
                count++;
            }
        });
        return description with
        {
            Min = count > 0 ? least : null,
            Max = count > 0 ? most : null,
            Mean = count > 0 ? sum / count : null,
            Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()),
        };
    }

    /// <summary>Goes through an array in C order in blocks that are contiguous there: as many trailing axes whole as fit, one slice of the axis before them.</summary>
    private static void ForEachBlock(long[] shape, Action<long[], long[]> use)
    {
        if (shape.Any(length => length == 0))
        {
            return;
        }
        int whole = shape.Length;
        long block = 1;
        while (whole > 0 && block * shape[whole - 1] <= BlockValues)
        {
            block *= shape[--whole];
        }
        long slice = whole > 0 ? Math.Max(1, BlockValues / block) : 1;
        long[] start = new long[shape.Length];
        while (true)
        {
            long[] lengths = [.. shape.Select((length, i) => i >= whole ? length : i == whole - 1 ? Math.Min(slice, length - start[i]) : 1)];
            use([.. start], lengths);
            int axis = whole - 1;
            while (axis >= 0)
            {
                start[axis] += lengths[axis];
                if (start[axis] < shape[axis])
                {
                    break;
                }
                start[axis--] = 0;
            }
            if (axis < 0)
            {
                return;
            }
        }
    }
}
