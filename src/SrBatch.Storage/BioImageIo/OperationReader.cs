using SrBatch.Core.Models;

namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// Reads the steps before and after a model. Versions 0.4 and 0.5 of the specification have nearly the same steps. In 0.4 a step has a
/// <c>name</c>, and its <c>mode</c> says what its statistics are over; in 0.5 it has an <c>id</c>, and its statistics are over the dataset
/// when its axes include the batch. Only 0.5 has <c>ensure_dtype</c> and <c>fixed_zero_mean_unit_variance</c>; in 0.4 the latter is a mode
/// of <c>zero_mean_unit_variance</c>.
/// </summary>
/// <param name="isV05">True for version 0.5, false for 0.4.</param>
internal sealed class OperationReader(bool isV05)
{
    /// <summary>The specification's default, the same for all steps and both versions.</summary>
    private const double DefaultEpsilon = 1e-6;

    private const string EnsureType = "ensure_dtype";

    private const string Supported =
        "clip, ensure_dtype, fixed_zero_mean_unit_variance, scale_linear, scale_range, sigmoid and zero_mean_unit_variance";

    /// <summary>
    /// Reads the steps before the model. Their result must be float32. In 0.4 this holds for every model. In 0.5 the image is converted to
    /// the tensor's type before the first and after the last step, unless those steps are an <c>ensure_dtype</c>.
    /// </summary>
    /// <param name="type">Type of the input tensor.</param>
    /// <param name="typeField">The field that gives the type, for messages.</param>
    public IReadOnlyList<ExternalOperation> Before(DescriptionField steps, string type, DescriptionField typeField)
    {
        IReadOnlyList<DescriptionField> all = steps.Items();
        if (isV05)
        {
            DescriptionField last = all.Count > 0 && IsEnsureType(all[^1]) ? TypeOf(all[^1]) : typeField;
            RequireFloat(last, last == typeField ? type : last.Text(), "float32");
        }
        // A first step that converts to the tensor's own type changes nothing for the images that the model is made for.
        int start = all.Count > 0 && IsEnsureType(all[0]) && TypeOf(all[0]).Text() == type ? 1 : 0;
        return Read(all.Skip(start));
    }

    /// <summary>Reads the steps after the model.</summary>
    public IReadOnlyList<ExternalOperation> After(DescriptionField steps) => Read(steps.Items());

    /// <summary>Refuses a tensor or a step of another type, such as integers, which would lose fractions.</summary>
    /// <param name="allowed">The allowed types, e.g. float32 and float64.</param>
    public static void RequireFloat(DescriptionField field, string type, params string[] allowed)
    {
        if (!allowed.Contains(type))
        {
            throw field.Unsupported(
                $"is '{type}'; expected {string.Join(" or ", allowed)}: srbatch runs models from images to images, in floating point",
                WindowRules.ChooseAnother);
        }
    }

    private List<ExternalOperation> Read(IEnumerable<DescriptionField> steps)
    {
        List<ExternalOperation> operations = [];
        foreach (DescriptionField step in steps)
        {
            if (IsEnsureType(step))
            {
                // All computation is in floating point, so there is nothing to do.
                RequireFloat(TypeOf(step), TypeOf(step).Text(), "float32", "float64");
            }
            else
            {
                operations.Add(Operation(step, step["kwargs"]));
            }
        }
        return operations;
    }

    private ExternalOperation Operation(DescriptionField step, DescriptionField options) => Name(step).Text() switch
    {
        "clip" => Clip(options),
        "scale_linear" => new ExternalOperation.ScaleLinear(SingleNumber(options["gain"], 1), SingleNumber(options["offset"], 0)),
        "scale_range" => ScaleRange(options),
        "sigmoid" => new ExternalOperation.Sigmoid(),
        "zero_mean_unit_variance" => !isV05 && options["mode"].TextOr("fixed") == "fixed"
            // 0.4: "epsilon for numeric stability: out = (tensor - mean) / (std + eps)"; it applies in this mode, too.
            ? Fixed(options, Epsilon(options))
            : new ExternalOperation.ZeroMeanUnitVariance(Epsilon(options), IsPerDataset(options)),
        "fixed_zero_mean_unit_variance" when isV05 => Fixed(options, 0),
        "binarize" => throw Name(step).Unsupported(
            "is 'binarize', which leaves ones and zeros; srbatch runs models that give images", WindowRules.ChooseAnother),
        "scale_mean_variance" => throw Name(step).Unsupported(
            "is 'scale_mean_variance', which gives the output the mean and variance of another tensor; "
            + "srbatch supports no step that combines two tensors", WindowRules.ChooseAnother),
        var other => throw Name(step).Unsupported($"is '{other}'; srbatch supports {Supported}", WindowRules.ChooseAnother),
    };

    private ExternalOperation.ScaleRange ScaleRange(DescriptionField options)
    {
        if (!options["reference_tensor"].IsMissing)
        {
            throw options["reference_tensor"].Unsupported(
                $"is '{options["reference_tensor"].Text()}'; srbatch takes percentiles of the tensor itself", WindowRules.ChooseAnother);
        }
        double low = options["min_percentile"].NumberOr(0), high = options["max_percentile"].NumberOr(100);
        return low < 0 || low >= 100 ? throw options["min_percentile"].Invalid("a percentile from 0 to below 100")
            : high <= low || high > 100 ? throw options["max_percentile"].Invalid("a percentile above min_percentile, at most 100")
            : new ExternalOperation.ScaleRange(low, high, Epsilon(options), IsPerDataset(options));
    }

    /// <summary>0.4 requires both bounds. Newer versions of 0.5 allow one of them, and percentiles instead of values.</summary>
    private static ExternalOperation.Clip Clip(DescriptionField options)
    {
        foreach (DescriptionField percentile in new[] { options["min_percentile"], options["max_percentile"] })
        {
            if (!percentile.IsMissing)
            {
                throw percentile.Unsupported(
                    $"is {percentile.Shown}; srbatch clips only to values, min and max", WindowRules.ChooseAnother);
            }
        }
        DescriptionField min = options["min"], max = options["max"];
        var clip = new ExternalOperation.Clip(
            min.IsMissing ? double.NegativeInfinity : min.Number(infinite: true),
            max.IsMissing ? double.PositiveInfinity : max.Number(infinite: true));
        return min.IsMissing && max.IsMissing ? throw options.Invalid("min, max or both")
            : clip.Min > clip.Max ? throw max.Invalid("a number that is not below min")
            : clip;
    }

    private static ExternalOperation.FixedZeroMeanUnitVariance Fixed(DescriptionField options, double epsilon)
    {
        double deviation = SingleNumber(options["std"], null);
        return deviation > 0
            ? new ExternalOperation.FixedZeroMeanUnitVariance(SingleNumber(options["mean"], null), deviation, epsilon)
            : throw options["std"].Invalid("a number above 0");
    }

    /// <summary>
    /// Whether the statistics are over all images. They must be over y and x at least; the channel axis does not matter, because there is
    /// one channel. In 0.5 no axes means all axes, including the batch.
    /// </summary>
    private bool IsPerDataset(DescriptionField options)
    {
        DescriptionField axes = options["axes"];
        IReadOnlyList<string>? named = axes.IsMissing ? null
            : axes.IsText ? [.. axes.Text().Select(letter => letter.ToString())]
            : [.. axes.Items().Select(axis => axis.Text())];
        if (named is not null && !(named.Contains("y") && named.Contains("x")))
        {
            throw axes.Unsupported($"is {axes.Shown}; srbatch takes statistics over y and x", WindowRules.ChooseAnother);
        }
        return isV05 ? named is null || named.Contains("batch") : options["mode"].Text() switch
        {
            "per_sample" => false,
            "per_dataset" => true,
            _ => throw options["mode"].Invalid("fixed, per_sample or per_dataset"),
        };
    }

    private static double Epsilon(DescriptionField options) => options["eps"].NumberOr(DefaultEpsilon) is >= 0 and var epsilon
        ? epsilon
        : throw options["eps"].Invalid("a number that is not negative");

    /// <summary>Reads a number, or a list with one number: the list has a number for each channel.</summary>
    private static double SingleNumber(DescriptionField field, double? fallback) =>
        field.IsMissing && fallback is { } value ? value
        : !field.IsList ? field.Number()
        : field.Items() is [var only] ? only.Number()
        : throw field.Unsupported(
            $"is {field.Shown}; srbatch runs models with one channel, which need one value", WindowRules.ChooseAnother);

    private DescriptionField Name(DescriptionField step) => step[isV05 ? "id" : "name"];

    private bool IsEnsureType(DescriptionField step) => isV05 && Name(step).Text() == EnsureType;

    private static DescriptionField TypeOf(DescriptionField step) => step["kwargs"]["dtype"];
}
