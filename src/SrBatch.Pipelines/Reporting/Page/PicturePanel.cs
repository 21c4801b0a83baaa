namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>One view of a plane, as PNG images in data URIs.</summary>
/// <param name="Name">Input, Output, Target or Error.</param>
/// <param name="Whole">The whole plane, reduced in size.</param>
/// <param name="Inset">A square of the plane, pixel by pixel.</param>
internal sealed record PicturePanel(string Name, string Whole, string Inset);
