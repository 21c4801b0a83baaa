namespace SrBatch.Storage.BioImageIo;

/// <summary>An axis of the output tensor, of length input x Scale + Offset.</summary>
/// <param name="Letter">One of b, c, y and x.</param>
/// <param name="Scale">Output pixels per input pixel; 0: the axis is new, of length Offset.</param>
/// <param name="Offset">Output pixels.</param>
/// <param name="Halo">Output pixels to be thrown away at each end; null when the description does not say.</param>
/// <param name="Field">Where it is described.</param>
internal sealed record OutputAxis(char Letter, double Scale, double Offset, int? Halo, DescriptionField Field);
