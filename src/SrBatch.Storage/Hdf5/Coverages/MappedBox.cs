using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>A box of a virtual dataset that a source fills.</summary>
/// <param name="Target">The box.</param>
/// <param name="Name">File and dataset of the source, as the header names them.</param>
/// <param name="Source">The box of the source that fills it; without axes: the whole source; null: not known.</param>
internal sealed record MappedBox(Hdf5Box Target, (string File, string Dataset) Name, Hdf5Box? Source)
{
    /// <param name="part">A part of <see cref="Target"/>.</param>
    /// <param name="whole">All of the source.</param>
    /// <returns>The box of the source that fills the part; null: not known.</returns>
    internal Hdf5Box? SourceOf(Hdf5Box part, Hdf5Box whole)
    {
        if (Source is not { } source)
        {
            return null;
        }
        source = source.Count.Length == 0 ? whole : source;
        // The boxes may differ in axes of length 1, e.g. planes that are stacked.
        int[] long1 = [.. Axes(Target)], long2 = [.. Axes(source)];
        if (!long1.Select(axis => Target.Count[axis]).SequenceEqual(long2.Select(axis => source.Count[axis])))
        {
            return null;
        }
        long[] start = [.. source.Start], count = [.. source.Count];
        for (var n = 0; n < long1.Length; n++)
        {
            start[long2[n]] += part.Start[long1[n]] - Target.Start[long1[n]];
            count[long2[n]] = part.Count[long1[n]];
        }
        return new Hdf5Box(start, count);
    }

    private static IEnumerable<int> Axes(Hdf5Box box) => Enumerable.Range(0, box.Count.Length).Where(axis => box.Count[axis] > 1);
}
