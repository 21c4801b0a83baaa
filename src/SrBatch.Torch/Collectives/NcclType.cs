namespace SrBatch.Torch.Collectives;

/// <summary>The used values of ncclDataType_t.</summary>
internal enum NcclType
{
    Float32 = 7,
    Float64 = 8,
}
