namespace SrBatch.Storage.BioImageIo;

/// <summary>An axis of the input tensor.</summary>
/// <param name="Letter">One of b, c, y and x.</param>
/// <param name="Least">Smallest length, pixels.</param>
/// <param name="Step">The lengths allowed are Least + n x Step; 0: only Least.</param>
/// <param name="PixelSize">Size of a pixel, in the same unit as the output's axis; 1 when the description has none.</param>
/// <param name="Field">The field that describes the length, for messages.</param>
internal sealed record InputAxis(char Letter, int Least, int Step, double PixelSize, DescriptionField Field);
