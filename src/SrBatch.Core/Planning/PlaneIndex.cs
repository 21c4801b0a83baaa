namespace SrBatch.Core.Planning;

/// <summary>Which 2-D plane of a dataset: 0-based indices along its t, c and z axes; 0 where the dataset has no such axis.</summary>
public readonly record struct PlaneIndex(long T, long C, long Z);
