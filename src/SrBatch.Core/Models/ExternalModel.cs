namespace SrBatch.Core.Models;

/// <summary>
/// How to use somebody else's 2-D TorchScript model: one image with one channel in and one out, both float32 at the model itself. The model
/// processes one window at a time. The window is of <see cref="FixedSize"/> when that is given; otherwise its sides are
/// <see cref="LeastSide"/> + n x <see cref="Step"/>, n = 0, 1, ...
/// </summary>
public sealed record ExternalModel
{
    public required string Name { get; init; }

    /// <summary>Output pixels per input pixel along y and x, at least 1.</summary>
    public required int Scale { get; init; }

    /// <summary>
    /// The input's dims in order: 'y', 'x' and, if the model has them, 'b' (batch) and 'c' (channel, length 1); e.g. <c>bcyx</c>.
    /// </summary>
    public required string InputAxes { get; init; }

    /// <summary>The output's dims; their order, and the presence of 'b' and 'c', may differ from the input's.</summary>
    public required string OutputAxes { get; init; }

    /// <summary>
    /// Smallest side of a window, input pixels; need not be a multiple of <see cref="Step"/>. With a fixed size, its shorter side.
    /// </summary>
    public required int LeastSide { get; init; }

    /// <summary>Difference between one allowed side and the next, input pixels, at least 1; 1 with a fixed size.</summary>
    public required int Step { get; init; }

    /// <summary>The only window size that the model accepts, input pixels; null when the sides can be chosen.</summary>
    public (int Height, int Width)? FixedSize { get; init; }

    /// <summary>Border of a window whose output must be discarded, input pixels; null when the package does not say.</summary>
    public int? Halo { get; init; }

    /// <summary>
    /// True when the model accepts only one window per call: the batch size is fixed to 1 or <see cref="InputAxes"/> has no 'b'.
    /// </summary>
    public required bool OneAtATime { get; init; }

    /// <summary>
    /// Type of the images the model was made for, as numpy names it, e.g. <c>uint8</c>. Its range of values matters when
    /// <see cref="Preprocessing"/> has fixed numbers.
    /// </summary>
    public required string ImageType { get; init; }

    /// <summary>Operations on the image before the model, in order.</summary>
    public IReadOnlyList<ExternalOperation> Preprocessing { get; init; } = [];

    /// <summary>Operations on the model's output, in order. Statistics are of the whole output, never of one window.</summary>
    public IReadOnlyList<ExternalOperation> Postprocessing { get; init; } = [];

    /// <summary>Path of the TorchScript file, relative to the folder of the description, with '/'.</summary>
    public required string WeightsPath { get; init; }

    /// <summary>Checksum of that file as given by the package, lower-case hex; null when not given.</summary>
    public string? WeightsSha256 { get; init; }
}
