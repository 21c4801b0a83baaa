namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>A chunk as it lies in the file.</summary>
/// <param name="Start">Its first index along each axis of the dataset.</param>
/// <param name="Bytes">Its values, filtered.</param>
public readonly record struct PackedChunk(ulong[] Start, ReadOnlyMemory<byte> Bytes);
