namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// Reads axes and sizes in version 0.5 of the specification (bioimage-io/spec-bioimage-io, model/v0_5.py, 0.5.0 to 0.5.x): a list of axes,
/// each with its type and size. Space axes also have the size of a pixel as <c>scale</c>.
/// </summary>
internal static class AxesV05
{
    /// <summary>
    /// The size of a space axis is a number, or <c>min</c> and <c>step</c>: "size = min + n*step". A size that follows another axis is not
    /// supported.
    /// </summary>
    public static IReadOnlyList<InputAxis> OfInput(DescriptionField input) => [.. Axes(input).Select(axis => axis.Letter switch
    {
        // "The batch size may be fixed to 1, otherwise (the default) it may be chosen arbitrarily".
        'b' => new InputAxis('b', 1, axis.Field["size"].IsMissing ? 1 : 0, 1, axis.Field),
        'c' => new InputAxis('c', Channels(axis.Field), 0, 1, axis.Field),
        _ => InputSpaceAxis(axis.Letter, axis.Field),
    })];

    /// <summary>
    /// The size of a space axis is a number, or refers to an axis of the input: "axis.size = reference.size * reference.scale / axis.scale
    /// + offset". <c>halo</c> is in output pixels: "size_after_crop = size - 2 * halo".
    /// </summary>
    public static IReadOnlyList<OutputAxis> OfOutput(DescriptionField output, string inputName, IReadOnlyList<InputAxis> inputs) =>
    [
        .. Axes(output).Select(axis => axis.Letter switch
        {
            'b' => new OutputAxis('b', 1, 0, null, axis.Field),
            'c' => new OutputAxis('c', 0, Channels(axis.Field), null, axis.Field),
            _ => OutputSpaceAxis(axis.Letter, axis.Field, inputName, inputs),
        }),
    ];

    private static InputAxis InputSpaceAxis(char letter, DescriptionField axis)
    {
        DescriptionField size = axis["size"];
        double pixel = PixelSize(axis);
        return size.IsMissing || size.IsText ? new InputAxis(letter, size.Integer(1), 0, pixel, size)
            : !size["axis_id"].IsMissing ? throw size.Unsupported(
                $"follows axis '{size["axis_id"].Text()}'; srbatch runs models whose input size is a number, or min and step",
                WindowRules.ChooseAnother)
            : new InputAxis(letter, size["min"].Integer(1), size["step"].Integer(1), pixel, size);
    }

    private static OutputAxis OutputSpaceAxis(
        char letter, DescriptionField axis, string inputName, IReadOnlyList<InputAxis> inputs)
    {
        DescriptionField size = axis["size"];
        double pixel = PixelSize(axis);
        int? halo = axis["halo"].IsMissing ? null : axis["halo"].Integer(0);
        if (size.IsMissing || size.IsText)
        {
            return AxesV04.Fixed(letter, size.Integer(1), halo, inputs, size);
        }
        WindowRules.RequireReference(size["tensor_id"], inputName);
        WindowRules.RequireReference(size["axis_id"], letter.ToString());
        double inputPixel = inputs.First(input => input.Letter == letter).PixelSize;
        return new OutputAxis(letter, inputPixel / pixel, size["offset"].NumberOr(0), halo, size);
    }

    private static double PixelSize(DescriptionField axis) => axis["scale"].IsMissing ? 1 : axis["scale"].PositiveNumber();

    /// <summary>In drafts of 0.5.0, <c>channel_names</c> could be one name for all channels, together with a <c>size</c>.</summary>
    private static int Channels(DescriptionField axis) =>
        axis["size"].IsText ? axis["size"].Integer(1)
        : axis["channel_names"].IsMissing ? throw axis["channel_names"].Missing("a name for each channel")
        : axis["channel_names"].Items().Count;

    private static List<(char Letter, DescriptionField Field)> Axes(DescriptionField tensor)
    {
        DescriptionField axes = tensor["axes"];
        IReadOnlyList<DescriptionField> items = axes.IsMissing ? throw axes.Missing("a list of axes") : axes.Items();
        List<(char Letter, DescriptionField Field)> read = [.. items.Select(axis => (Letter(axis), axis))];
        WindowRules.RequirePlane(string.Concat(read.Select(axis => axis.Letter)), axes);
        return read;
    }

    /// <summary>Name of a space axis, x when it has none; empty for other axes.</summary>
    private static string SpaceName(DescriptionField axis) => axis["type"].Text() == "space" ? axis["id"].TextOr("x") : "";

    private static char Letter(DescriptionField axis) => (axis["type"].Text(), SpaceName(axis)) switch
    {
        ("batch", _) => 'b',
        ("channel", _) => 'c',
        ("space", "y") => 'y',
        ("space", "x") => 'x',
        ("space", var id) => throw axis["id"].Unsupported(
            $"is '{id}'; srbatch runs 2-D models, whose space axes are y and x", WindowRules.ChooseAnother),
        (var type, _) => throw axis["type"].Unsupported(
            $"is '{type}'; srbatch runs 2-D models, which have only batch, channel and space axes", WindowRules.ChooseAnother),
    };
}
