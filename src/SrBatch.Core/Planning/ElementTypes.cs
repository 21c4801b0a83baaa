namespace SrBatch.Core.Planning;

public static class ElementTypes
{
    /// <summary>As numpy and h5py write it, e.g. <c>uint16</c>.</summary>
#pragma warning disable CA1308 // numpy's own spelling is lower case
    public static string NumpyName(this ElementType type) => type.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
