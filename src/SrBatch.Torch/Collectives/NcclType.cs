namespace SrBatch.Torch.Collectives;

/// <summary>ncclDataType_t, as far as it is used.</summary>
internal enum NcclType
{
    Float32 = 7,
    Float64 = 8,
}
