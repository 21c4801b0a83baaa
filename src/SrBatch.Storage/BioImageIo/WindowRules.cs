using System.Globalization;
using SrBatch.Core.Models;

namespace SrBatch.Storage.BioImageIo;

/// <summary>Derives the window of a model from the axes of its input and output, and refuses models that srbatch cannot run.</summary>
internal static class WindowRules
{
    /// <summary>Longest side of a window, pixels. A larger number in a description is a mistake.</summary>
    public const int MostSide = 65_536;

    public const string ChooseAnother = "Choose another model";

    /// <summary>Descriptions give scales with few digits, for example 0.333 for a third.</summary>
    private const double ScaleTolerance = 0.01;

    /// <summary>Requires the axes y and x, allows b and c, each once.</summary>
    public static void RequirePlane(string letters, DescriptionField field)
    {
        if (letters.Any(letter => !"bcyx".Contains(letter, StringComparison.Ordinal)) || letters.Distinct().Count() != letters.Length
            || !letters.Contains('y') || !letters.Contains('x'))
        {
            throw field.Unsupported(
                $"are '{letters}'; srbatch runs 2-D models, with axes y, x and optionally b (batch) and c (channel)", ChooseAnother);
        }
    }

    /// <summary>An axis of the output may refer only to the input's axis of the same name.</summary>
    public static void RequireReference(DescriptionField field, string expected)
    {
        if (field.Text() != expected)
        {
            throw field.Unsupported($"is '{field.Text()}'; srbatch runs models whose output refers to '{expected}'", ChooseAnother);
        }
    }

    /// <summary>Completes <paramref name="model"/> with its axes, sizes, scale and halo.</summary>
    public static ExternalModel Apply(ExternalModel model, IReadOnlyList<InputAxis> inputs, IReadOnlyList<OutputAxis> outputs)
    {
        foreach (InputAxis axis in inputs.Where(axis => axis.Letter is 'c'))
        {
            RequireOneChannel(axis.Least == 1 && axis.Step == 0, axis.Least, axis.Field);
        }
        int scale = Scale(outputs);
        foreach (OutputAxis axis in outputs.Where(axis => axis.Letter is 'c'))
        {
            double channels = axis.Scale + axis.Offset;
            RequireOneChannel(channels == 1, channels, axis.Field);
        }
        InputAxis y = inputs.First(axis => axis.Letter is 'y'), x = inputs.First(axis => axis.Letter is 'x');
        InputAxis? batch = inputs.FirstOrDefault(axis => axis.Letter is 'b');
        (int least, int step) = Sides(y, x);
        int? halo = outputs.Where(axis => axis.Letter is 'y' or 'x').Max(axis => axis.Halo);
        return model with
        {
            InputAxes = string.Concat(inputs.Select(axis => axis.Letter)),
            OutputAxes = string.Concat(outputs.Select(axis => axis.Letter)),
            Scale = scale,
            LeastSide = least,
            Step = step,
            FixedSize = y.Step == 0 ? (y.Least, x.Least) : null,
            Halo = (halo + scale - 1) / scale,
            OneAtATime = batch is null or { Step: 0 },
        };
    }

    private static int Scale(IReadOnlyList<OutputAxis> outputs)
    {
        List<int> scales = [];
        foreach (OutputAxis axis in outputs.Where(axis => axis.Letter is 'y' or 'x'))
        {
            int whole = (int)Math.Clamp(Math.Round(axis.Scale), 0, MostSide);
            if (whole < 1 || Math.Abs(axis.Scale - whole) > ScaleTolerance)
            {
                throw axis.Field.Unsupported(string.Create(CultureInfo.InvariantCulture,
                    $"gives {axis.Scale:0.###} output pixels per input pixel; expected a whole number, at least 1"), ChooseAnother);
            }
            if (axis.Offset != 0)
            {
                string difference = axis.Offset < 0 ? "shorter" : "longer";
                throw axis.Field.Unsupported(string.Create(CultureInfo.InvariantCulture,
                    $"makes the output {Math.Abs(axis.Offset)} pixels {difference} than {whole} x the input; "
                    + $"srbatch runs models whose output covers the input"), ChooseAnother);
            }
            scales.Add(whole);
        }
        return scales[0] == scales[1] ? scales[0]
                : throw outputs.First(axis => axis.Letter is 'x').Field.Unsupported(
                    $"scales by {scales[0]} and {scales[1]} along y and x; expected the same scale", ChooseAnother);
    }

    /// <summary>The smallest side that both axes allow, and the least common multiple of their steps.</summary>
    private static (int Least, int Step) Sides(InputAxis y, InputAxis x)
    {
        if (y.Step == 0 && x.Step == 0)
        {
            return (Math.Min(y.Least, x.Least), 1);
        }
        if (y.Step == 0 || x.Step == 0)
        {
            throw x.Field.Unsupported(
                "and the one of y: one is fixed and the other is not; srbatch runs models that fix both or neither", ChooseAnother);
        }
        long step = (long)y.Step / (long)System.Numerics.BigInteger.GreatestCommonDivisor(y.Step, x.Step) * x.Step;
        int first = Math.Max(y.Least, x.Least);
        for (long side = first + ((y.Step - (first - y.Least) % y.Step) % y.Step); side < first + step; side += y.Step)
        {
            if ((side - x.Least) % x.Step == 0 && side <= MostSide && step <= MostSide)
            {
                return ((int)side, (int)step);
            }
        }
        throw x.Field.Unsupported(string.Create(CultureInfo.InvariantCulture,
            $"and the one of y: no side up to {MostSide} is both {x.Least} + n x {x.Step} and {y.Least} + n x {y.Step}; "
            + $"srbatch runs models that accept square windows"), ChooseAnother);
    }

    private static void RequireOneChannel(bool one, double channels, DescriptionField field)
    {
        if (!one)
        {
            throw field.Unsupported(
                string.Create(CultureInfo.InvariantCulture, $"has {channels} channels; srbatch runs models with one channel"),
                ChooseAnother);
        }
    }
}
