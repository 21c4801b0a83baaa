namespace SrBatch.Core.Planning;

/// <summary>A stack of 2-D planes: a dataset with its path, type, axes and selected part.</summary>
public sealed record PlannedDataset
{
    /// <summary>Absolute path of the file.</summary>
    public required string File { get; init; }

    /// <summary>Path inside the file, or a <see cref="DatasetPattern"/>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Some of <c>tczyx</c> in the dataset's order, slowest first, y and x among them.</summary>
    public required string Axes { get; init; }

    /// <summary>Lengths of the whole dataset's axes.</summary>
    public required long[] Shape { get; init; }

    /// <summary>First selected element of each axis.</summary>
    public required long[] Start { get; init; }

    /// <summary>Number of selected elements of each axis.</summary>
    public required long[] Count { get; init; }
    public required ElementType ElementType { get; init; }
    public ElementSize? ElementSizeUm { get; init; }

    /// <summary>Size of a pixel along x, micrometres.</summary>
    public double? PixelSizeUm => ElementSizeUm?.X;

    /// <summary>Selected rows and columns.</summary>
    public long Height => CountOf('y');
    public long Width => CountOf('x');
    public long PlaneCount => CountOf('t') * CountOf('c') * CountOf('z');

    public bool Has(char axis) => Axes.Contains(axis, StringComparison.Ordinal);

    /// <summary>First selected element along <paramref name="axis"/>; 0 when the dataset has no such axis.</summary>
    public long StartOf(char axis) => Has(axis) ? Start[Axes.IndexOf(axis, StringComparison.Ordinal)] : 0;

    /// <summary>Selected elements along <paramref name="axis"/>; 1 when the dataset has no such axis.</summary>
    public long CountOf(char axis) => Has(axis) ? Count[Axes.IndexOf(axis, StringComparison.Ordinal)] : 1;

    /// <summary>The selected planes, z fastest, then c, then t; indices count from the start of the whole dataset.</summary>
    public IEnumerable<PlaneIndex> Planes()
    {
        for (long t = 0; t < CountOf('t'); t++)
        {
            for (long c = 0; c < CountOf('c'); c++)
            {
                for (long z = 0; z < CountOf('z'); z++)
                {
                    yield return new PlaneIndex(StartOf('t') + t, StartOf('c') + c, StartOf('z') + z);
                }
            }
        }
    }

    /// <summary>Index of a plane within the selection, as in an output that contains only the selection.</summary>
    public PlaneIndex WithinSelection(PlaneIndex source) =>
        new(source.T - StartOf('t'), source.C - StartOf('c'), source.Z - StartOf('z'));

    /// <summary>Shape of the selection with rows and columns multiplied by <paramref name="scale"/>, in the dataset's axis order.</summary>
    public long[] OutputShape(int scale) => [.. Axes.Select((axis, i) => axis is 'y' or 'x' ? Count[i] * scale : Count[i])];

    /// <summary>For messages: <c>a.h5: dataset '/raw' (T,Y,X = 3,64,64 uint16)</c>.</summary>
    public override string ToString() => $"{File}: dataset {Describe()}";

    /// <summary>The dataset without its file, e.g. <c>'/raw' (Z,Y,X = 5,64,64 uint16)</c>.</summary>
    public string Describe()
    {
        string axes = string.Join(',', Axes.ToUpperInvariant().ToCharArray());
        return $"'{Dataset}' ({axes} = {string.Join(',', Shape)} {ElementType.NumpyName()})";
    }
}
