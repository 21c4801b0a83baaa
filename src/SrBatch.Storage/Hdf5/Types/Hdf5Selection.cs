using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Types;

/// <summary>The part of a dataspace that one mapping of a virtual dataset takes.</summary>
internal sealed class Hdf5Selection
{
    /// <summary>Limits memory for malicious files.</summary>
    private const int MostBoxes = 100_000;

    /// <summary>Higher indices count as this one, so that no sum overflows.</summary>
    private const ulong Most = 1UL << 52;

    private readonly ulong[] _start, _stride, _count, _block;

    private Hdf5Selection(long[] lengths)
    {
        Lengths = lengths;
        _start = new ulong[lengths.Length];
        _stride = new ulong[lengths.Length];
        _count = new ulong[lengths.Length];
        _block = new ulong[lengths.Length];
    }

    /// <summary>Lengths of the dataspace's axes when the mapping was made.</summary>
    internal long[] Lengths { get; }

    /// <summary>Smallest lengths that hold the selection; 0 along the axis without an end.</summary>
    internal long[] Needed { get; private set; } = [];

    /// <summary>The axis along which the selection goes on without an end; -1: none.</summary>
    internal int UnlimitedAxis { get; private set; } = -1;

    /// <summary>Boxes of a selection with an end; null: it is no list of boxes, or a very long one.</summary>
    internal IReadOnlyList<Hdf5Box>? Boxes { get; private set; }

    /// <summary>True for all of a dataset, whatever its shape.</summary>
    internal bool IsAll { get; private set; }

    /// <summary>Number of selected values; of a selection without an end, those of one block; null: not known.</summary>
    internal long? Size => (UnlimitedAxis < 0 ? Boxes : Regular(UnlimitedAxis, 1, Signed(_block[UnlimitedAxis])))?.Sum(box => box.Size);

    /// <param name="space">A dataspace; the caller closes it.</param>
    internal static Hdf5Selection Of(Hdf5Handle space)
    {
        var selection = new Hdf5Selection(Hdf5Space.LengthsOf(space.Id));
        selection.Read(space.Id);
        _ = H5E.clear(H5E.Default);
        return selection;
    }

    /// <summary>Number of selected indices below <paramref name="length"/> along the axis without an end.</summary>
    internal long CountAlong(long length)
    {
        var axis = UnlimitedAxis;
        var left = length - Signed(_start[axis]);
        if (left <= 0 || _block[axis] == H5S.Unlimited)
        {
            return Math.Max(left, 0);
        }
        long block = Signed(_block[axis]), stride = Math.Max(1, Signed(_stride[axis]));
        return left / stride * block + Math.Min(left % stride, block);
    }

    /// <summary>Boxes of a selection without an end that has <paramref name="along"/> indices along that axis.</summary>
    /// <returns>Null for a very long list.</returns>
    internal IReadOnlyList<Hdf5Box>? BoxesUpTo(long along)
    {
        var axis = UnlimitedAxis;
        var block = _block[axis] == H5S.Unlimited || _stride[axis] == _block[axis]
            ? Math.Max(1, along)
            : Math.Max(1, Signed(_block[axis]));
        return Regular(axis, (along + block - 1) / block, block);
    }

    /// <summary>The blocks of a selection without an end that begin within a box from the origin on.</summary>
    /// <returns>Null for a very long list.</returns>
    internal IReadOnlyList<Hdf5Box>? BlocksWithin(Hdf5Box whole)
    {
        var axis = UnlimitedAxis;
        var length = whole.Count[axis] - Signed(_start[axis]);
        var stride = Math.Max(1, Signed(_stride[axis]));
        return Regular(axis, Math.Max(0, (length + stride - 1) / stride), Signed(_block[axis]));
    }

    private void Read(long space)
    {
        var kind = H5S.get_select_type(space);
        if (kind == H5S.SelectAll)
        {
            (IsAll, Needed, Boxes) = (true, Lengths, [new Hdf5Box(new long[Lengths.Length], Lengths)]);
            return;
        }
        Needed = new long[Lengths.Length];
        if (kind == H5S.SelectNone)
        {
            Boxes = [];
            return;
        }
        var isRegular = kind == H5S.SelectHyperslabs && H5S.is_regular_hyperslab(space) > 0
            && H5S.get_regular_hyperslab(space, _start, _stride, _count, _block) >= 0;
        if (isRegular)
        {
            for (var axis = 0; axis < Lengths.Length; axis++)
            {
                if (_count[axis] == H5S.Unlimited || _block[axis] == H5S.Unlimited)
                {
                    UnlimitedAxis = axis;
                }
                else
                {
                    Needed[axis] = Index(axis, Math.Max(Signed(_count[axis]), 1) - 1) + Signed(_block[axis]);
                }
            }
            Boxes = UnlimitedAxis < 0 ? Regular(Array.ConvertAll(_count, Signed), Array.ConvertAll(_block, Signed)) : null;
            return;
        }
        var (first, last) = (new ulong[Lengths.Length], new ulong[Lengths.Length]);
        if (H5S.get_select_bounds(space, first, last) >= 0)
        {
            Needed = Array.ConvertAll(last, index => Signed(index) + 1);
        }
        Boxes = kind == H5S.SelectHyperslabs ? Irregular(space) : null;
    }

    /// <summary>The boxes with another count and length of blocks along one axis.</summary>
    private List<Hdf5Box>? Regular(int axis, long count, long block)
    {
        var (counts, blocks) = (Array.ConvertAll(_count, Signed), Array.ConvertAll(_block, Signed));
        (counts[axis], blocks[axis]) = (count, block);
        return Regular(counts, blocks);
    }

    private List<Hdf5Box>? Regular(long[] counts, long[] blocks)
    {
        var boxes = counts.Aggregate(1.0, (product, count) => product * count);
        if (boxes > MostBoxes)
        {
            return null;
        }
        var found = new List<Hdf5Box>();
        for (var n = 0L; n < (long)boxes; n++)
        {
            var (start, left) = (new long[counts.Length], n);
            for (var axis = counts.Length - 1; axis >= 0; axis--)
            {
                (left, var along) = Math.DivRem(left, counts[axis]);
                start[axis] = Index(axis, along);
            }
            found.Add(new Hdf5Box(start, blocks));
        }
        return found;
    }

    private List<Hdf5Box>? Irregular(long space)
    {
        var count = H5S.get_select_hyper_nblocks(space);
        var rank = Lengths.Length;
        if (count is < 0 or > MostBoxes)
        {
            return null;
        }
        var corners = new ulong[count * 2 * rank];
        if (H5S.get_select_hyper_blocklist(space, 0, (ulong)count, corners) < 0)
        {
            return null;
        }
        var found = new List<Hdf5Box>();
        for (var n = 0; n < corners.Length; n += 2 * rank)
        {
            var start = Array.ConvertAll(corners[n..(n + rank)], Signed);
            var last = Array.ConvertAll(corners[(n + rank)..(n + 2 * rank)], Signed);
            found.Add(new Hdf5Box(start, [.. last.Zip(start, (end, begin) => end - begin + 1)]));
        }
        return found;
    }

    /// <summary>First index of a block.</summary>
    private long Index(int axis, long block) => (long)Math.Min(Most, Signed(_start[axis]) + (double)Signed(_stride[axis]) * block);

    /// <summary>Indices come from a header; none that a disk holds is that large.</summary>
    private static long Signed(ulong index) => (long)Math.Min(index, Most);
}
