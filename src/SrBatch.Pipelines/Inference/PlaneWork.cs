using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Inference;

/// <summary>A plane on its way through the stages.</summary>
/// <param name="image">Its image.</param>
/// <param name="number">Its number among the image's planes, in the order in which they are enhanced.</param>
/// <param name="planes">Its place in the input and in the target.</param>
internal sealed class PlaneWork(ImageWork image, int number, PlanePair planes)
{
    private readonly Lock _gate = new();
    private double _seconds;

    public ImageWork Image => image;
    public PlanePair Planes => planes;

    /// <summary>All blocks of the plane, in the order in which they are enhanced.</summary>
    public IReadOnlyList<TileBlock> Blocks => image.Blocks;

    /// <summary>How the network sees the plane's intensities; null if an earlier attempt enhanced the plane.</summary>
    public IntensityMap? Map { get; set; }

    /// <summary>Time that all stages together spent on the plane in this attempt.</summary>
    public double Seconds
    {
        get
        {
            lock (_gate)
            {
                return _seconds;
            }
        }
    }

    /// <summary>Whether all blocks are finished.</summary>
    public bool IsFinished => Enumerable.Range(0, Blocks.Count).All(HasFinished);

    public void Spent(double seconds)
    {
        lock (_gate)
        {
            _seconds += seconds;
        }
    }

    public bool HasFinished(int block) => image.HasFinished(NumberOf(block));

    /// <summary>The block's number among all blocks of the image.</summary>
    public int NumberOf(int block) => (number * Blocks.Count) + block;

    /// <summary>Reads all finished blocks, in order.</summary>
    /// <exception cref="Core.Errors.SrBatchException">A block's file changed meanwhile (exit 65).</exception>
    public IEnumerable<FinishedBlock> Finished() => Enumerable.Range(0, Blocks.Count).Select(block => image.Finished(NumberOf(block)));
}
