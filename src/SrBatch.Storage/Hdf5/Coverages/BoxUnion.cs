using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>Counts the indices that at least one of several boxes holds.</summary>
internal static class BoxUnion
{
    /// <param name="boxes">Boxes of equally many axes, none of them empty; they may overlap.</param>
    internal static long Size(IReadOnlyList<Hdf5Box> boxes) => boxes.Count switch
    {
        0 => 0,
        1 => boxes[0].Size,
        _ => Size(boxes, axis: 0),
    };

    /// <summary>Cuts the boxes where one begins or ends along an axis, and counts each slab along the next axis.</summary>
    private static long Size(IReadOnlyList<Hdf5Box> boxes, int axis)
    {
        if (axis == boxes[0].Start.Length)
        {
            return 1;
        }
        List<long> cuts =
        [
            .. boxes.SelectMany(box => new[] { box.Start[axis], box.Start[axis] + box.Count[axis] }).Distinct().Order(),
        ];
        var size = 0L;
        for (var n = 1; n < cuts.Count; n++)
        {
            var (begin, end) = (cuts[n - 1], cuts[n]);
            List<Hdf5Box> within = [.. boxes.Where(box => box.Start[axis] <= begin && box.Start[axis] + box.Count[axis] >= end)];
            size += within.Count == 0 ? 0 : (end - begin) * Size(within, axis + 1);
        }
        return size;
    }
}
