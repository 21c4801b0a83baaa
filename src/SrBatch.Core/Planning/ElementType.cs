namespace SrBatch.Core.Planning;

/// <summary>Type of a dataset's values, independent of their byte order on disk.</summary>
public enum ElementType
{
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Float16,
    Float32,
    Float64,
}
