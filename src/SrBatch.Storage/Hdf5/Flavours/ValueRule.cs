using System.Buffers;
using System.Numerics;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// How the stored numbers of a dataset become intensities: first the sign, then missing values, then scale and offset. Missing values
/// become NaN.
/// </summary>
/// <param name="stored">Type on disk.</param>
internal sealed class ValueRule(ElementType stored)
{
    /// <summary>The integer type of the same size that the bits stand for; null: the type on disk.</summary>
    internal ElementType? Bits { get; init; }

    /// <summary>Stored numbers that stand for a missing value.</summary>
    internal IReadOnlyList<double> Missing { get; init; } = [];

    /// <summary>Stored numbers below and above are missing.</summary>
    internal double Least { get; init; } = double.NegativeInfinity;
    internal double Most { get; init; } = double.PositiveInfinity;

    internal double Scale { get; init; } = 1;

    internal double Offset { get; init; }

    /// <summary>What the file does not say and what was done instead; one sentence each.</summary>
    internal IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Type of the intensities. Integers with missing values, scale or offset become float32.</summary>
    internal ElementType Meaning => !HasGaps && !IsScaled ? Bits ?? stored : stored switch
    {
        ElementType.Float64 => ElementType.Float64,
        ElementType.Float16 when !IsScaled => ElementType.Float16,
        _ => ElementType.Float32,
    };

    /// <summary>
    /// Type that limits the intensities: integers with missing values are still integers, up to the highest one of their type.
    /// </summary>
    internal ElementType Source => IsScaled ? Meaning : Bits ?? stored;

    private bool HasGaps => Missing.Count > 0 || Least > double.NegativeInfinity || Most < double.PositiveInfinity;

    private bool IsScaled => Scale != 1 || Offset != 0;

    /// <inheritdoc cref="Hdf5Dataset.Read(ReadOnlySpan{long}, ReadOnlySpan{long}, Span{float})"/>
    internal void Read(Hdf5Dataset dataset, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination)
    {
        if (!HasGaps && !IsScaled && Bits is null)
        {
            dataset.Read(start, count, destination);
            return;
        }
        // Rounding to float32 must come after scale and offset.
        switch (stored)
        {
            case ElementType.Float64:
                Read<double>(dataset, start, count, destination);
                break;
            case ElementType.Int32:
                Read<int>(dataset, start, count, destination);
                break;
            case ElementType.UInt32:
                Read<uint>(dataset, start, count, destination);
                break;
            case ElementType.Int64:
                Read<long>(dataset, start, count, destination);
                break;
            case ElementType.UInt64:
                Read<ulong>(dataset, start, count, destination);
                break;
            default:
                dataset.Read(start, count, destination);
                if (Bits is null && !IsScaled && Least == double.NegativeInfinity && Most == double.PositiveInfinity)
                {
                    RemoveMissing(destination);
                    break;
                }
                foreach (ref var value in destination)
                {
                    value = (float)Intensity(value);
                }
                break;
        }
    }

    /// <summary>The number that a stored one becomes if its sign is meant otherwise.</summary>
    internal double Signed(double value) => Bits switch
    {
        ElementType.UInt8 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64 when value < 0 => value + Range,
        ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64 when value >= Range / 2 => value - Range,
        _ => value,
    };

    /// <summary>Number of values of the integer type.</summary>
    private double Range => Math.Pow(2, 8 * Types.Hdf5Type.Bytes(stored));

    private void Read<T>(Hdf5Dataset dataset, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination)
        where T : unmanaged, INumber<T>
    {
        var values = ArrayPool<T>.Shared.Rent(destination.Length);
        try
        {
            dataset.Read(start, count, values.AsSpan(0, destination.Length));
            for (var n = 0; n < destination.Length; n++)
            {
                destination[n] = (float)Intensity(double.CreateSaturating(values[n]));
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(values);
        }
    }

    /// <summary>What <see cref="Intensity"/> does if all it has to do is to compare. Float32 holds these types exactly.</summary>
    private void RemoveMissing(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = float.IsNaN(value) ? float.NaN : value + 0f; // -0 becomes 0
        }
        foreach (var missing in Missing)
        {
            var single = (float)missing;
            if (single != missing)
            {
                continue; // none of the values is equal to it
            }
            foreach (ref var value in values)
            {
                value = value == single ? float.NaN : value;
            }
        }
    }

    private double Intensity(double value)
    {
        if (Bits is not null)
        {
            value = Signed(value);
        }
        if (!(value >= Least && value <= Most))
        {
            return double.NaN;
        }
        for (var n = 0; n < Missing.Count; n++)
        {
            if (value == Missing[n])
            {
                return double.NaN;
            }
        }
        return value * Scale + Offset;
    }
}
