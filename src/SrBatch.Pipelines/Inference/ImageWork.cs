using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Inference;

/// <summary>An image on its way through the stages: how it is cut, and what is done of it. Blocks are numbered plane by plane.</summary>
internal sealed class ImageWork : IDisposable
{
    private readonly double[] _seconds;

    /// <param name="image">What to enhance.</param>
    /// <param name="path">Final name of the output.</param>
    /// <param name="tiles">How each plane is cut.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="layouts">Of the output's datasets.</param>
    /// <param name="packers">One a layout.</param>
    /// <param name="settings">All else that the output depends on: an output begun under others is not gone on with.</param>
    public ImageWork(PlannedImage image, string path, TileSizes tiles, int scale, IReadOnlyList<PlaneLayout> layouts, IReadOnlyList<ChunkPacker> packers, string settings)
    {
        Image = image;
        Path = path;
        Tiles = tiles;
        Layouts = layouts;
        Packers = packers;
        Blocks = tiles.Blocks(image.Input!.Height, image.Input.Width, scale);
        IEnumerable<(PlaneIndex Input, PlaneIndex? Target)> planes = image.Target is null
            ? image.Input.Planes().Select(plane => (plane, (PlaneIndex?)null))
            : image.Input.Planes().Zip(image.Target.Planes(), (plane, truth) => (plane, (PlaneIndex?)truth));
        // By channel: the intensities are those of all times and depths of a channel.
        Planes = [.. planes.OrderBy(pair => pair.Input.C)];
        _seconds = new double[Planes.Count];
        Maps = new IntensityMap?[Planes.Count];
        Done = PartialImage.Open(path, Fingerprint(image.Input, tiles, layouts, settings), isOnDisk: BlockCount > 1);
        Resumed = Done.Count;
    }

    public PlannedImage Image { get; }
    public string Path { get; }
    public TileSizes Tiles { get; }
    public IReadOnlyList<PlaneLayout> Layouts { get; }
    public IReadOnlyList<ChunkPacker> Packers { get; }

    /// <summary>Of each plane, in the order in which they are done.</summary>
    public IReadOnlyList<TileBlock> Blocks { get; }

    /// <summary>The target's plane is null where there is no target.</summary>
    public IReadOnlyList<(PlaneIndex Input, PlaneIndex? Target)> Planes { get; }

    public int BlockCount => checked(Planes.Count * Blocks.Count);

    /// <summary>Finished blocks.</summary>
    public PartialImage Done { get; }

    /// <summary>Why the network cannot enhance it: its other blocks are then left out.</summary>
    public SrBatchException? Fault { get; set; }

    /// <summary>Blocks that an earlier attempt had finished.</summary>
    public int Resumed { get; }

    /// <summary>How the network saw each plane's intensities; null of one that an earlier attempt had read.</summary>
    public IntensityMap?[] Maps { get; }

    /// <summary>Notes time spent on a plane, in whatever stage.</summary>
    public void Spent(int plane, double seconds)
    {
        lock (_seconds)
        {
            _seconds[plane] += seconds;
        }
    }

    /// <summary>Of all stages together, in this attempt.</summary>
    public double SecondsOf(int plane)
    {
        lock (_seconds)
        {
            return _seconds[plane];
        }
    }

    public int Number(int plane, int block) => (plane * Blocks.Count) + block;

    public void Dispose() => Done.Dispose();

    private static byte[] Fingerprint(PlannedDataset input, TileSizes tiles, IReadOnlyList<PlaneLayout> layouts, string settings)
    {
        var file = new FileInfo(input.File);
        string outputs = string.Join('\n', layouts.Select(layout => $"{layout.Dataset} {string.Join(',', layout.Shape)} {layout.ElementType} {layout.ChunkRows} {layout.ChunkColumns}"));
        return SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{input}\n{string.Join(',', input.Start)}\n{string.Join(',', input.Count)}\n{(file.Exists ? file.Length : 0)} {file.LastWriteTimeUtc.Ticks}\n{tiles}\n{outputs}\n{settings}"));
    }
}
