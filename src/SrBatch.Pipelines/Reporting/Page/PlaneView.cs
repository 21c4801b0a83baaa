namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A plane in pictures.</summary>
/// <param name="Line">The plane's row in the table.</param>
/// <param name="Panels">From left to right; empty when nothing could be read.</param>
/// <param name="Notes">Sentences on what is missing or shown differently.</param>
internal sealed record PlaneView(PlaneLine Line, IReadOnlyList<PicturePanel> Panels, IReadOnlyList<string> Notes)
{
    /// <summary>Place of the inset: left, top, width and height as fractions of the whole, 0 to 1.</summary>
    public IReadOnlyList<double>? InsetAt { get; init; }

    /// <summary>Width of the whole view in micrometres; null when the pixel size is not known.</summary>
    public double? WidthUm { get; init; }

    /// <summary>Explains the error map; null without one.</summary>
    public string? ErrorMeaning { get; init; }

    /// <summary>Value of the brightest colour of the error map, e.g. <c>20 %</c>.</summary>
    public string? ErrorHigh { get; init; }
    public PlaneSpectra? Spectra { get; init; }
}
