namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A plane in pictures.</summary>
/// <param name="Line">What is known of it.</param>
/// <param name="Panels">Beside each other; empty when nothing could be read.</param>
/// <param name="Notes">What is missing, or shown otherwise than usual, in sentences.</param>
internal sealed record PlaneView(PlaneLine Line, IReadOnlyList<PicturePanel> Panels, IReadOnlyList<string> Notes)
{
    /// <summary>Where the inset lies: left, top, width, height as shares of the whole, 0 to 1.</summary>
    public IReadOnlyList<double>? InsetAt { get; init; }

    /// <summary>Of what the whole shows, micrometres; null when the pixel size is not known.</summary>
    public double? WidthUm { get; init; }

    /// <summary>What the error map shows, in words; null without one.</summary>
    public string? ErrorMeaning { get; init; }

    /// <summary>What the brightest colour of the error map stands for, e.g. <c>20 %</c>.</summary>
    public string? ErrorHigh { get; init; }
    public PlaneSpectra? Spectra { get; init; }
}
