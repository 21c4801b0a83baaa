using SrBatch.Core.Models;

namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// Steps before and after a model. Versions 0.4 and 0.5 of the specification have the same ones; 0.4 calls a step by <c>name</c> and says over what its
/// statistics are as <c>mode</c>, 0.5 by <c>id</c> and by whether its axes include the batch. 0.5 alone has <c>ensure_dtype</c> and
/// <c>fixed_zero_mean_unit_variance</c>, which in 0.4 is a mode of <c>zero_mean_unit_variance</c>.
/// </summary>
/// <param name="isV05">Whether the description is of version 0.5.</param>
internal sealed class OperationReader(bool isV05)
{
    /// <summary>The specification's, for all steps, in both versions.</summary>
    private const double DefaultEpsilon = 1e-6;

    private const string EnsureType = "ensure_dtype";

    private const string Known = "clip, ensure_dtype, fixed_zero_mean_unit_variance, scale_linear, scale_range, sigmoid and zero_mean_unit_variance";

    /// <summary>
    /// Steps before the model, which must then be given float32: 0.4 says so of every model; in 0.5 the image is taken as the tensor's type, and brought to it
    /// again at the end, unless the steps begin or end with an <c>ensure_dtype</c> of their own.
    /// </summary>
    /// <param name="type">The input tensor's, and where it is given.</param>
    public IReadOnlyList<ExternalOperation> Before(DescriptionField steps, string type, DescriptionField typeField)
    {
        IReadOnlyList<DescriptionField> all = steps.Items();
        if (isV05)
        {
            DescriptionField last = all.Count > 0 && IsEnsureType(all[^1]) ? TypeOf(all[^1]) : typeField;
            RequireFloat(last, last == typeField ? type : last.Text(), "float32");
        }
        // At the beginning, the tensor's own type changes no image that the model is for.
        int start = all.Count > 0 && IsEnsureType(all[0]) && TypeOf(all[0]).Text() == type ? 1 : 0;
        return Read(all.Skip(start));
    }

    /// <summary>Steps after the model.</summary>
    public IReadOnlyList<ExternalOperation> After(DescriptionField steps) => Read(steps.Items());

    /// <summary>Refuses a tensor, or a step, that makes integers where fractions matter.</summary>
    /// <param name="allowed">E.g. float32, float64.</param>
    public static void RequireFloat(DescriptionField field, string type, params string[] allowed)
    {
        if (!allowed.Contains(type))
        {
            throw field.Refused($"is '{type}'; expected {string.Join(" or ", allowed)}, srbatch runs models that enhance images and give images, in floating point", WindowRules.Choose);
        }
    }

    private List<ExternalOperation> Read(IEnumerable<DescriptionField> steps)
    {
        List<ExternalOperation> operations = [];
        foreach (DescriptionField step in steps)
        {
            if (IsEnsureType(step))
            {
                // All arithmetic is in floating point: nothing to do.
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
        "scale_linear" => new ExternalOperation.ScaleLinear(One(options["gain"], 1), One(options["offset"], 0)),
        "scale_range" => ScaleRange(options),
        "sigmoid" => new ExternalOperation.Sigmoid(),
        "zero_mean_unit_variance" => !isV05 && options["mode"].TextOr("fixed") == "fixed"
            // 0.4: "epsilon for numeric stability: out = (tensor - mean) / (std + eps)", in this mode, too.
            ? Fixed(options, Epsilon(options))
            : new ExternalOperation.ZeroMeanUnitVariance(Epsilon(options), IsPerDataset(options)),
        "fixed_zero_mean_unit_variance" when isV05 => Fixed(options, 0),
        "binarize" => throw Name(step).Refused("is 'binarize', which leaves ones and zeros; srbatch runs models that give images", WindowRules.Choose),
        "scale_mean_variance" => throw Name(step).Refused(
            "is 'scale_mean_variance', which gives the output the mean and variance of another tensor; srbatch knows no step that mixes two tensors", WindowRules.Choose),
        var other => throw Name(step).Refused($"is '{other}'; srbatch knows {Known}", WindowRules.Choose),
    };

    private ExternalOperation.ScaleRange ScaleRange(DescriptionField options)
    {
        if (!options["reference_tensor"].IsMissing)
        {
            throw options["reference_tensor"].Refused($"is '{options["reference_tensor"].Text()}'; srbatch takes percentiles of the tensor itself", WindowRules.Choose);
        }
        double low = options["min_percentile"].NumberOr(0), high = options["max_percentile"].NumberOr(100);
        return low < 0 || low >= 100 ? throw options["min_percentile"].Wrong("a percentile from 0 to below 100")
            : high <= low || high > 100 ? throw options["max_percentile"].Wrong("a percentile above min_percentile, at most 100")
            : new ExternalOperation.ScaleRange(low, high, Epsilon(options), IsPerDataset(options));
    }

    /// <summary>0.4 has both bounds; newer 0.5 have either, and percentiles instead of values.</summary>
    private static ExternalOperation.Clip Clip(DescriptionField options)
    {
        foreach (DescriptionField percentile in new[] { options["min_percentile"], options["max_percentile"] })
        {
            if (!percentile.IsMissing)
            {
                throw percentile.Refused($"is {percentile.Shown}; srbatch clips to values, min and max, alone", WindowRules.Choose);
            }
        }
        DescriptionField min = options["min"], max = options["max"];
        var clip = new ExternalOperation.Clip(min.IsMissing ? double.NegativeInfinity : min.Number(infinite: true), max.IsMissing ? double.PositiveInfinity : max.Number(infinite: true));
        return min.IsMissing && max.IsMissing ? throw options.Wrong("min, max or both")
            : clip.Min > clip.Max ? throw max.Wrong("a number that is not below min")
            : clip;
    }

    private static ExternalOperation.FixedZeroMeanUnitVariance Fixed(DescriptionField options, double epsilon)
    {
        double deviation = One(options["std"], null);
        return deviation > 0 ? new ExternalOperation.FixedZeroMeanUnitVariance(One(options["mean"], null), deviation, epsilon)
            : throw options["std"].Wrong("a number above 0");
    }

    /// <summary>
    /// Statistics must be over y and x at least; the channel, of which there is one, may be among them or not. In 0.5 no axes at all are all of them, the batch
    /// included.
    /// </summary>
    private bool IsPerDataset(DescriptionField options)
    {
        DescriptionField axes = options["axes"];
        IReadOnlyList<string>? named = axes.IsMissing ? null : axes.IsText ? [.. axes.Text().Select(letter => letter.ToString())] : [.. axes.Items().Select(axis => axis.Text())];
        if (named is not null && !(named.Contains("y") && named.Contains("x")))
        {
            throw axes.Refused($"is {axes.Shown}; srbatch takes statistics over y and x", WindowRules.Choose);
        }
        return isV05 ? named is null || named.Contains("batch") : options["mode"].Text() switch
        {
            "per_sample" => false,
            "per_dataset" => true,
            _ => throw options["mode"].Wrong("fixed, per_sample or per_dataset"),
        };
    }

    private static double Epsilon(DescriptionField options) => options["eps"].NumberOr(DefaultEpsilon) is >= 0 and var epsilon ? epsilon : throw options["eps"].Wrong("a number that is not negative");

    /// <summary>A number, or a list of one: a value for each channel.</summary>
    private static double One(DescriptionField field, double? fallback) =>
        field.IsMissing && fallback is { } value ? value
        : !field.IsList ? field.Number()
        : field.Items() is [var only] ? only.Number()
        : throw field.Refused($"is {field.Shown}; srbatch runs models of one channel, with one value", WindowRules.Choose);

    private DescriptionField Name(DescriptionField step) => step[isV05 ? "id" : "name"];

    private bool IsEnsureType(DescriptionField step) => isV05 && Name(step).Text() == EnsureType;

    private static DescriptionField TypeOf(DescriptionField step) => step["kwargs"]["dtype"];
}
