namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>One view of a plane, as PNG images in data URIs.</summary>
/// <param name="Name">Input, Output, Target or Error.</param>
/// <param name="Whole">All of it, small.</param>
/// <param name="Inset">A square of it, pixel by pixel.</param>
internal sealed record PicturePanel(string Name, string Whole, string Inset);
