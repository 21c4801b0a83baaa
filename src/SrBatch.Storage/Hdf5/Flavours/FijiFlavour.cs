using System.Text.RegularExpressions;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Files of Fiji's HDF5 plugin (LMB Freiburg): <c>/tT/channelC</c>, each yx or zyx with <c>element_size_um</c>.</summary>
internal sealed partial class FijiFlavour : ImageFlavour
{
    private FijiFlavour(Hdf5File file)
        : base(file)
    {
    }

    internal static FijiFlavour? Recognise(Hdf5File file) => LinkNames.Has(file, "/t0/channel0") ? new FijiFlavour(file) : null;

    internal override string NameFor(Hdf5Dataset? dataset) => "fiji";

    internal override string Choose() => "/t{t}/channel{c}";

    internal override string? AxesOf(Hdf5Dataset dataset) => Part().IsMatch(dataset.Path) ? SpatialAxes(dataset) : base.AxesOf(dataset);

    [GeneratedRegex(@"^/t[0-9]+/channel[0-9]+$")]
    private static partial Regex Part();
}
