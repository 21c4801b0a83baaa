using SrBatch.Core.Errors;
using SrBatch.Core.Weights;

namespace SrBatch.Core.Trust;

/// <summary>
/// Stores the numbers of an <see cref="InputDistribution"/> as arrays in a model's file, one row per kind. The rest is in the model's card.
/// </summary>
public static class InputDistributionArrays
{
    /// <summary>No network has parameters whose names start like this.</summary>
    private const string Prefix = "trust.";
    private const string Mean = Prefix + "mean", Deviation = Prefix + "deviation", Whitening = Prefix + "whitening";

    /// <summary>Whether the array belongs to an input distribution and not to a network.</summary>
    public static bool Includes(WeightArray array) => array.Name.StartsWith(Prefix, StringComparison.Ordinal);

    public static IReadOnlyList<WeightArray> From(InputDistribution inputs)
    {
        long kinds = inputs.Kinds.Count, size = PlaneFeatures.Count;
        return
        [
            Array(Mean, [kinds, size], distribution => distribution.Mean),
            Array(Deviation, [kinds, size], distribution => distribution.Deviation),
            Array(Whitening, [kinds, size, size], distribution => distribution.Whitening),
        ];

        WeightArray Array(string name, long[] shape, Func<ShrunkGaussian, double[]> values) =>
            new(name, shape, inputs.Kinds.SelectMany(kind => values(kind.Distribution)).Select(value => (float)value).ToArray());
    }

    /// <summary>Adds the numbers in the file's arrays to the distribution in its card.</summary>
    /// <param name="inputs">The distribution in the card.</param>
    /// <param name="arrays">All arrays of the file.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <returns>Null for a model without a distribution, or with one of another version.</returns>
    /// <exception cref="SrBatchException">An array is missing or has the wrong size (exit 65).</exception>
    public static InputDistribution? Complete(InputDistribution? inputs, IReadOnlyList<WeightArray> arrays, string where)
    {
        if (inputs is not { FeatureSet: InputDistribution.CurrentFeatures })
        {
            return null;
        }
        int size = PlaneFeatures.Count;
        float[] mean = Values(Mean, size), deviation = Values(Deviation, size), whitening = Values(Whitening, size * size);
        return inputs with
        {
            Kinds = [.. inputs.Kinds.Select((kind, i) => kind with { Distribution = DistributionAt(i) })],
        };

        ShrunkGaussian DistributionAt(int kind) =>
            new(Row(mean, kind, size), Row(deviation, kind, size), Row(whitening, kind, size * size));

        float[] Values(string name, int each)
        {
            WeightArray? array = arrays.FirstOrDefault(array => array.Name == name);
            return array?.Values.Length == each * inputs.Kinds.Count
                ? array.Values.ToArray()
                : throw new SrBatchException(
                    ExitCode.ImagesFailed,
                    $"{where}: array '{name}' has {array?.Values.Length ?? 0} values; "
                    + $"expected {each} for each of the {inputs.Kinds.Count} kinds of inputs in the card");
        }

        static double[] Row(float[] values, int row, int size) =>
            [.. values.AsSpan(row * size, size).ToArray().Select(value => (double)value)];
    }
}
