using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Storage.Images;

/// <summary>The packed chunks of one finished block of an image.</summary>
/// <param name="Number">Index of the block in the image, from 0.</param>
/// <param name="Saturated">Number of values beyond the limits of the output type.</param>
/// <param name="Datasets">The chunks for each dataset of the output.</param>
public sealed record FinishedBlock(int Number, long Saturated, IReadOnlyList<IReadOnlyList<PackedChunk>> Datasets);
