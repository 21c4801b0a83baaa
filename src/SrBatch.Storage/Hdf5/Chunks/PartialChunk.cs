namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>A chunk whose pixels are arriving.</summary>
internal sealed class PartialChunk
{
    internal PartialChunk(byte[] values, ulong[] start, long missing)
    {
        Values = values;
        Start = start;
        Missing = missing;
    }

    /// <summary>The whole chunk in C order, also of one that reaches over the dataset's edge; 0 where nothing has arrived.</summary>
    internal byte[] Values { get; }

    /// <summary>Its first index along each axis of the dataset.</summary>
    internal ulong[] Start { get; }

    /// <summary>Pixels within the dataset that have not arrived.</summary>
    internal long Missing { get; set; }
}
