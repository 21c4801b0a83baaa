using SrBatch.Core.Errors;
using SrBatch.Core.Weights;

namespace SrBatch.Core.Trust;

/// <summary>The numbers of an <see cref="InputDistribution"/> as arrays of a model's file, a row a kind; what is read by people is in its card.</summary>
public static class InputDistributionArrays
{
    /// <summary>No network has a parameter of this name.</summary>
    private const string Prefix = "trust.", Mean = Prefix + "mean", Deviation = Prefix + "deviation", Whitening = Prefix + "whitening";

    public static bool IsOne(WeightArray array) => array.Name.StartsWith(Prefix, StringComparison.Ordinal);

    public static IReadOnlyList<WeightArray> Of(InputDistribution inputs)
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

    /// <summary>Completes what a card says by the arrays of its file.</summary>
    /// <param name="inputs">The card's.</param>
    /// <param name="arrays">All of the file.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <returns>Null for a model without, or with features of another version.</returns>
    /// <exception cref="SrBatchException">Exit code 65: an array is missing, or of another size.</exception>
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
            Kinds = [.. inputs.Kinds.Select((kind, i) => kind with { Distribution = new ShrunkGaussian(Row(mean, i, size), Row(deviation, i, size), Row(whitening, i, size * size)) })],
        };

        float[] Values(string name, int each)
        {
            WeightArray? array = arrays.FirstOrDefault(array => array.Name == name);
            return array?.Values.Length == each * inputs.Kinds.Count
                ? array.Values.ToArray()
                : throw new SrBatchException(ExitCode.ImagesFailed, $"{where}: array '{name}' has {array?.Values.Length ?? 0} values; expected {each} for each of the {inputs.Kinds.Count} kinds of inputs in the card");
        }

        static double[] Row(float[] values, int row, int size) => [.. values.AsSpan(row * size, size).ToArray().Select(value => (double)value)];
    }
}
