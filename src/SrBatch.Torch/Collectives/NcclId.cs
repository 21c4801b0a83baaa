using System.Runtime.InteropServices;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// ncclUniqueId, by which the ranks of one communicator find each other. Rank 0 makes it; <see cref="NcclIdExchange"/> brings it to the
/// others.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Length)]
internal struct NcclId
{
    /// <summary>NCCL_UNIQUE_ID_BYTES.</summary>
    public const int Length = 128;

    public static NcclId New()
    {
        Nccl.Require(Nccl.ncclGetUniqueId(out NcclId id), nameof(Nccl.ncclGetUniqueId));
        return id;
    }

    /// <param name="bytes">Exactly <see cref="Length"/>.</param>
    public static NcclId Of(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? MemoryMarshal.Read<NcclId>(bytes)
            : throw new ArgumentException($"{bytes.Length} bytes; expected {Length}", nameof(bytes));

    public readonly byte[] ToArray()
    {
        var bytes = new byte[Length];
        MemoryMarshal.Write(bytes, in this);
        return bytes;
    }
}
