namespace SrBatch.Storage.BioImageIo;

/// <summary>An axis of the input tensor.</summary>
/// <param name="Letter">One of b, c, y and x.</param>
/// <param name="Least">Its least length, pixels.</param>
/// <param name="Step">Lengths are Least + n x Step; 0: Least alone.</param>
/// <param name="PixelSize">In a unit that the output's axis shares; 1 where the description has none.</param>
/// <param name="Field">Where it is described.</param>
internal sealed record InputAxis(char Letter, int Least, int Step, double PixelSize, DescriptionField Field);
