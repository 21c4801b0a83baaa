namespace SrBatch.Core.Tiling;

/// <summary>One window along one axis: what is read, and which part of it is kept. Elements count from the axis' start.</summary>
public readonly record struct AxisSegment(long WindowStart, long WindowLength, long KeepStart, long KeepLength)
{
    public long WindowEnd => WindowStart + WindowLength;
    public long KeepEnd => KeepStart + KeepLength;
}
