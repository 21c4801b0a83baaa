namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>Numbers in the HDF Group's registry of the filters that we undo ourselves.</summary>
internal static class FilterId
{
    internal const int Deflate = 1;
    internal const int Shuffle = 2;
    internal const int Fletcher32 = 3;
    internal const int Lzf = 32000;
    internal const int Lz4 = 32004;
    internal const int Zstd = 32015;
}
