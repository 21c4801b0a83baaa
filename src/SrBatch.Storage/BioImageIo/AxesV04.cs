using System.Globalization;

namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// Reads axes and shapes in version 0.4 of the specification (bioimage-io/spec-bioimage-io, model/v0_4.py, 0.4.10). Axes are a string of
/// letters; shapes are lists with a number for each letter.
/// </summary>
internal static class AxesV04
{
    /// <summary>A shape is a list of numbers, or two lists <c>min</c> and <c>step</c>: "shape_k = min + k * step".</summary>
    public static IReadOnlyList<InputAxis> OfInput(DescriptionField input)
    {
        string letters = Letters(input["axes"]);
        DescriptionField shape = input["shape"];
        if (shape.IsList)
        {
            return [.. Parallel(shape, letters).Select((size, n) => Axis(letters[n], size, 0))];
        }
        IReadOnlyList<DescriptionField> steps = Parallel(shape["step"], letters);
        return [.. Parallel(shape["min"], letters).Select((least, n) => Axis(letters[n], least, steps[n].Integer(0)))];
    }

    /// <summary>
    /// A shape is a list of numbers, or a <c>reference_tensor</c> with lists <c>scale</c> and <c>offset</c>: "shape(output_tensor) =
    /// shape(input_tensor) * scale + 2 * offset". A scale of null means a new axis. <c>halo</c> is in output pixels: "shape_after_crop =
    /// shape - 2 * halo".
    /// </summary>
    public static IReadOnlyList<OutputAxis> OfOutput(DescriptionField output, string inputName, IReadOnlyList<InputAxis> inputs)
    {
        string letters = Letters(output["axes"]);
        IReadOnlyList<DescriptionField>? halos = output["halo"].IsMissing ? null : Parallel(output["halo"], letters);
        int? Halo(int n) => halos?[n].Integer(0);
        DescriptionField shape = output["shape"];
        if (shape.IsList)
        {
            return [.. Parallel(shape, letters).Select((size, n) => Fixed(letters[n], size.Integer(1), Halo(n), inputs, size))];
        }
        WindowRules.RequireReference(shape["reference_tensor"], inputName);
        IReadOnlyList<DescriptionField> scales = Parallel(shape["scale"], letters), offsets = Parallel(shape["offset"], letters);
        return
        [
            .. letters.Select((letter, n) => new OutputAxis(letter, scales[n].NumberOr(0), 2 * offsets[n].Number(), Halo(n), scales[n])),
        ];
    }

    /// <summary>An output axis of fixed length. Its scale is only known when the input's axis has a fixed length, too.</summary>
    internal static OutputAxis Fixed(char letter, int size, int? halo, IReadOnlyList<InputAxis> inputs, DescriptionField field) =>
        inputs.FirstOrDefault(axis => axis.Letter == letter) switch
        {
            null => new OutputAxis(letter, 0, size, halo, field),
            { Step: 0 } input => new OutputAxis(letter, (double)size / input.Least, 0, halo, field),
            _ when letter is 'b' => new OutputAxis(letter, 1, 0, halo, field),
            _ => throw field.Unsupported(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"is {size} for every length of the input's '{letter}'; srbatch runs models whose output size follows the input"),
                WindowRules.ChooseAnother),
        };

    /// <summary>The batch size is given as 1 and "can always be increased".</summary>
    private static InputAxis Axis(char letter, DescriptionField least, int step) =>
        new(letter, least.Integer(1), letter is 'b' ? 1 : step, 1, least);

    private static string Letters(DescriptionField axes)
    {
        string letters = axes.Text();
        WindowRules.RequirePlane(letters, axes);
        return letters;
    }

    private static IReadOnlyList<DescriptionField> Parallel(DescriptionField list, string letters)
    {
        string expected = $"a number for each of the axes '{letters}'";
        IReadOnlyList<DescriptionField> items = list.IsMissing ? throw list.Missing(expected) : list.Items();
        return items.Count == letters.Length ? items : throw list.Invalid(expected);
    }
}
