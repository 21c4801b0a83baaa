using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>Copies a box from one array in C order into another, in the longest runs that both arrays allow.</summary>
internal static unsafe class BoxCopy
{
    /// <param name="values">Conversion of the values.</param>
    /// <param name="source">First value of the source array.</param>
    /// <param name="sourceOrigin">Indices of that value.</param>
    /// <param name="sourceLengths">Lengths of the source array; empty: there is only one value, which is copied everywhere.</param>
    /// <param name="destination">First value of the destination array.</param>
    /// <param name="destinationOrigin">Indices of that value.</param>
    /// <param name="destinationLengths">Lengths of the destination array.</param>
    /// <param name="part">The box, in the same indices as both origins.</param>
    internal static void Run(
        ValueCopy values,
        byte* source,
        ReadOnlySpan<long> sourceOrigin,
        ReadOnlySpan<long> sourceLengths,
        byte* destination,
        ReadOnlySpan<long> destinationOrigin,
        ReadOnlySpan<long> destinationLengths,
        ref readonly ChunkPart part)
    {
        var count = part.Count;
        var start = part.Start;
        // One loop for each level, innermost first. Neighbouring axes that are contiguous on both sides share one loop.
        Span<nint> counts = stackalloc nint[count.Length + 1];
        Span<nint> sourceSteps = stackalloc nint[count.Length + 1];
        Span<nint> destinationSteps = stackalloc nint[count.Length + 1];
        var levels = 0;
        nint sourceStep = sourceLengths.IsEmpty && !count.IsEmpty ? 0 : values.SourceBytes;
        nint destinationStep = values.DestinationBytes;
        for (var axis = count.Length - 1; axis >= 0; axis--)
        {
            destination += (nint)(start[axis] - destinationOrigin[axis]) * destinationStep;
            if (count[axis] > 1)
            {
                if (levels > 0 && sourceStep == sourceSteps[levels - 1] * counts[levels - 1]
                    && destinationStep == destinationSteps[levels - 1] * counts[levels - 1])
                {
                    counts[levels - 1] *= (nint)count[axis];
                }
                else
                {
                    (counts[levels], sourceSteps[levels], destinationSteps[levels]) = ((nint)count[axis], sourceStep, destinationStep);
                    levels++;
                }
            }
            destinationStep *= (nint)destinationLengths[axis];
            if (sourceStep != 0)
            {
                source += (nint)(start[axis] - sourceOrigin[axis]) * sourceStep;
                sourceStep *= (nint)sourceLengths[axis];
            }
        }
        if (levels == 0)
        {
            (counts[0], sourceSteps[0], destinationSteps[0]) = (1, values.SourceBytes, values.DestinationBytes);
            levels = 1;
        }
        Loop(values, levels - 1, counts, source, sourceSteps, destination, destinationSteps);
    }

    private static void Loop(
        ValueCopy values,
        int level,
        Span<nint> counts,
        byte* source,
        Span<nint> sourceSteps,
        byte* destination,
        Span<nint> destinationSteps)
    {
        if (level == 0)
        {
            values.Run(source, sourceSteps[0], destination, destinationSteps[0], counts[0]);
            return;
        }
        for (nint n = 0; n < counts[level]; n++)
        {
            Loop(values, level - 1, counts, source, sourceSteps, destination, destinationSteps);
            source += sourceSteps[level];
            destination += destinationSteps[level];
        }
    }
}
