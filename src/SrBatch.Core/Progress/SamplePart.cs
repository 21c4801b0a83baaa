namespace SrBatch.Core.Progress;

/// <summary>The part of a validation plane that is shown, row by row.</summary>
/// <param name="Input">Rows and columns of the target divided by <paramref name="Scale"/>.</param>
/// <param name="Output">As many values as the target.</param>
/// <param name="Target">Row by row.</param>
/// <param name="Width">Columns of the target.</param>
/// <param name="Scale">Target pixels per input pixel along each axis.</param>
public sealed record SamplePart(float[] Input, float[] Output, float[] Target, int Width, int Scale);
