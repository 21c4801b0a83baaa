namespace SrBatch.Storage.BioImageIo;

/// <summary>An axis of the output tensor. Its length is the input's length x Scale + Offset.</summary>
/// <param name="Letter">One of b, c, y and x.</param>
/// <param name="Scale">Output pixels per input pixel. 0: the input has no such axis, and the length is Offset.</param>
/// <param name="Offset">Output pixels.</param>
/// <param name="Halo">Output pixels to discard at each end; null when the description does not say.</param>
/// <param name="Field">The field that describes the length, for messages.</param>
internal sealed record OutputAxis(char Letter, double Scale, double Offset, int? Halo, DescriptionField Field);
