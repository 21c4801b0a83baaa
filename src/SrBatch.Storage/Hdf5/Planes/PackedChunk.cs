namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>A chunk as it is stored in a file.</summary>
/// <param name="Start">Index of its first value along each axis of the dataset.</param>
/// <param name="Bytes">Its values after all filters.</param>
public readonly record struct PackedChunk(ulong[] Start, ReadOnlyMemory<byte> Bytes);
