using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Storage.Images;

/// <summary>What is done of an image: the packed chunks of one of the blocks that it is cut into.</summary>
/// <param name="Number">Which block, from 0.</param>
/// <param name="Saturated">Values beyond the limits of the output's type.</param>
/// <param name="Datasets">The chunks for each dataset of the output.</param>
public sealed record FinishedBlock(int Number, long Saturated, IReadOnlyList<IReadOnlyList<PackedChunk>> Datasets);
