namespace SrBatch.Core.Planning;

/// <summary>One 2-D plane of a dataset: 0-based indices along the t, c and z axes; 0 when the dataset has no such axis.</summary>
public readonly record struct PlaneIndex(long T, long C, long Z);
