using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// An image on its way through the stages: how it is cut, which blocks are finished, and the output that they become. Several stages use it
/// at once.
/// </summary>
internal sealed class ImageWork : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PartialImage _finished;
    private StagedImage? _output;
    private SrBatchException? _fault;

    /// <param name="image">What to enhance.</param>
    /// <param name="path">Final name of the output.</param>
    /// <param name="form">How it is cut and laid out.</param>
    public ImageWork(PlannedImage image, string path, OutputForm form)
    {
        PlannedDataset input = image.Input!;
        Image = image;
        Path = path;
        Form = form;
        Blocks = form.Tiles.Blocks(input.Height, input.Width, form.Scale);
        // By channel: the intensities are those of all times and depths of a channel.
        Planes = [.. PlanePair.Of(image).OrderBy(pair => pair.Input.C).Select((pair, number) => new PlaneWork(this, number, pair))];
        _finished = PartialImage.Open(path, form.Settings.Fingerprint(input, form.Tiles, form.Layouts), isOnDisk: BlockCount > 1);
        Resumed = _finished.Count;
    }

    public PlannedImage Image { get; }
    public string Path { get; }
    public OutputForm Form { get; }

    /// <summary>Of each plane, in the order in which they are enhanced.</summary>
    public IReadOnlyList<TileBlock> Blocks { get; }

    /// <summary>In the order in which they are enhanced.</summary>
    public IReadOnlyList<PlaneWork> Planes { get; }

    public int BlockCount => checked(Planes.Count * Blocks.Count);

    /// <summary>Blocks that an earlier attempt had finished.</summary>
    public int Resumed { get; }

    /// <summary>Why it cannot be enhanced; the stages skip the rest of it.</summary>
    public SrBatchException? Fault => Volatile.Read(ref _fault);

    /// <summary>Gives the image up; the first reason counts.</summary>
    public void Fail(SrBatchException fault) => Interlocked.CompareExchange(ref _fault, fault, null);

    public bool HasFinished(int number)
    {
        lock (_gate)
        {
            return _finished.Has(number);
        }
    }

    /// <summary>Keeps a block, so that it need not be computed again.</summary>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Keep(FinishedBlock block)
    {
        lock (_gate)
        {
            _finished.Add(block);
        }
    }

    /// <exception cref="SrBatchException">The file changed meanwhile (exit 65).</exception>
    public FinishedBlock Finished(int number)
    {
        lock (_gate)
        {
            return _finished.Read(number);
        }
    }

    /// <summary>Puts the chunks of a finished plane into the output. The order of planes is part of the output's bytes.</summary>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74), or a block's file changed (65).</exception>
    public void Write(PlaneWork plane)
    {
        _output ??= StagedImage.Create(Path, Form.Layouts, Image.Input!.ElementSizeUm?.Enlarged(Form.Scale), Form.Local);
        foreach (FinishedBlock block in plane.Finished())
        {
            _output.Write(block);
        }
    }

    /// <summary>Gives the output its final name; all planes must have been written.</summary>
    /// <param name="describe">Sets the output's attributes.</param>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Commit(Action<Hdf5Attributes> describe)
    {
        _output!.Commit(describe);
        _finished.Delete();
    }

    /// <summary>Closes everything. An output without its final name is deleted; finished blocks stay for the next attempt.</summary>
    public void Dispose()
    {
        _output?.Dispose();
        _finished.Dispose();
    }
}
