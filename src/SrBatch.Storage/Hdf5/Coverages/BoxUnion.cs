using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>Counts the indices that at least one of several boxes holds.</summary>
internal static class BoxUnion
{
    /// <param name="boxes">Boxes of equally many axes, none of them empty; they may overlap.</param>
    internal static long Size(IReadOnlyList<Hdf5Box> boxes) => Size(boxes, axis: 0);

    /// <summary>Cuts the boxes where one begins or ends along an axis, and counts each slab along the next axis.</summary>
    private static long Size(IReadOnlyList<Hdf5Box> boxes, int axis)
    {
        if (boxes.Count <= 1)
        {
            return boxes.Count == 0 ? 0 : new Hdf5Box([], boxes[0].Count[axis..]).Size;
        }
        if (axis == boxes[0].Start.Length)
        {
            return 1;
        }
        Hdf5Box[] byStart = [.. boxes.OrderBy(box => box.Start[axis])];
        long[] cuts = [.. boxes.SelectMany(box => new[] { box.Start[axis], End(box) }).Distinct().Order()];
        List<Hdf5Box> within = [];
        var (size, next) = (0L, 0);
        for (var n = 1; n < cuts.Length; n++)
        {
            var (begin, end) = (cuts[n - 1], cuts[n]);
            _ = within.RemoveAll(box => End(box) <= begin);
            for (; next < byStart.Length && byStart[next].Start[axis] <= begin; next++)
            {
                within.Add(byStart[next]);
            }
            size += (end - begin) * Size(within, axis + 1);
        }
        return size;

        long End(Hdf5Box box) => box.Start[axis] + box.Count[axis];
    }
}
