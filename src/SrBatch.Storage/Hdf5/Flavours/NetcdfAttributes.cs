using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Reads netCDF attributes of a dataset, and notes those that cannot be used.</summary>
internal sealed class NetcdfAttributes(Hdf5Dataset dataset)
{
    private const string Unsigned = "_Unsigned";

    private static readonly string[] Limits = ["valid_range", "valid_min", "valid_max"];

    private readonly List<string> _assumptions = [];

    /// <inheritdoc cref="ValueRule.Assumptions"/>
    internal IReadOnlyList<string> Assumptions => _assumptions;

    internal bool Has(string name) => dataset.Attributes.Has(name);

    /// <summary>Notes that an attribute is not used.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="why">Follows its name.</param>
    internal void Skip(string name, string why) => _assumptions.Add($"attribute {name} of '{dataset.Path}' {why} and is not used");

    /// <summary>Whether integers are unsigned; null if the attribute is missing or cannot be used.</summary>
    internal bool? Sign()
    {
        if (!Has(Unsigned))
        {
            return null;
        }
        var text = dataset.Attributes.GetString(Unsigned);
        switch (text?.ToUpperInvariant(), dataset.ElementType.MaxValue())
        {
            case ("TRUE", not null):
                return true;
            case ("FALSE", not null):
                return false;
            case ("TRUE" or "FALSE", null):
                Skip(Unsigned, $"means nothing for {dataset.Type}");
                return null;
            default:
                Skip(Unsigned, text is null ? "is not text" : $"is '{text}', neither true nor false,");
                return null;
        }
    }

    /// <summary>The numbers of an attribute; empty if it is missing or cannot be used.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="count">How many it must have; null: at least one.</param>
    internal double[] Numbers(string name, int? count)
    {
        if (!Has(name))
        {
            return [];
        }
        if (dataset.Attributes.GetDoubles(name) is not { } numbers)
        {
            Skip(name, "is not a number");
            return [];
        }
        if (numbers.Length > 0 && numbers.Length == (count ?? numbers.Length))
        {
            return numbers;
        }
        Skip(name, $"has {numbers.Length} values instead of {(count is { } expected ? $"{expected}" : "at least 1")}");
        return [];
    }

    /// <summary>A factor or an offset; null if the attribute is missing or cannot be used.</summary>
    /// <exception cref="SrBatchException">With it, no value is finite in float32 (exit 65).</exception>
    internal double? Unpacking(string name)
    {
        if (Numbers(name, 1) is not [var number])
        {
            return null;
        }
        // Floats may be as small as a factor is large.
        var isFinite = dataset.ElementType.MaxValue() is null ? double.IsFinite(number) : float.IsFinite((float)number);
        return isFinite ? number : throw Unusable(
            $"attribute {name} is {number.ToString(CultureInfo.InvariantCulture)}", "that is finite and that float32 can hold");
    }

    /// <exception cref="SrBatchException">No value of the type lies within the limits (exit 65).</exception>
    internal void RequireValues(ElementType type, double least, double most)
    {
        if (Math.Max(least, type.MinValue() ?? least) > Math.Min(most, type.MaxValue() ?? most))
        {
            string[] names = [.. Limits.Where(Has)];
            throw Unusable(string.Create(CultureInfo.InvariantCulture,
                $"attribute {string.Join(", ", names)} allows values from {least} to {most}"), $"that leaves values of {type.NumpyName()}");
        }
    }

    private SrBatchException Unusable(string found, string expected) => new(
        ExitCode.ImagesFailed,
        $"{dataset.File}: dataset '{dataset.Path}': {found}, so no value is left; expected one {expected}. "
        + "Correct the attribute or delete it, e.g. with ncatted.");
}
