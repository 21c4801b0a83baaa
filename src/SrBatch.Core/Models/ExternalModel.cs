namespace SrBatch.Core.Models;

/// <summary>
/// How a 2-D TorchScript model of other people is used: one image of one channel in, one out, both float32 where the model itself is called. Its window
/// is what it sees at once: of <see cref="FixedSize"/> where that is given, else with sides of <see cref="LeastSide"/> + n x <see cref="Step"/>, n = 0, 1, ...
/// </summary>
public sealed record ExternalModel
{
    public required string Name { get; init; }

    /// <summary>Output pixels per input pixel along y and x, at least 1.</summary>
    public required int Scale { get; init; }

    /// <summary>The dims of the input in order: 'y' and 'x', with 'b' (batch) and 'c' (channel, of length 1) where the model has them, e.g. <c>bcyx</c>.</summary>
    public required string InputAxes { get; init; }

    /// <summary>The same of the output; its order, and whether 'b' and 'c' are there, may differ.</summary>
    public required string OutputAxes { get; init; }

    /// <summary>Least side of a window, input pixels; not always a multiple of <see cref="Step"/>. With a fixed size, its smaller side.</summary>
    public required int LeastSide { get; init; }

    /// <summary>Input pixels between one possible side and the next, at least 1; 1 with a fixed size.</summary>
    public required int Step { get; init; }

    /// <summary>The only window that the model takes, input pixels; null when sides may be chosen.</summary>
    public (int Height, int Width)? FixedSize { get; init; }

    /// <summary>Input pixels at each border of a window whose output is to be thrown away; null when the package does not say.</summary>
    public int? Halo { get; init; }

    /// <summary>True when only one window at a time may be given: the batch is fixed to 1, or there is no 'b' in <see cref="InputAxes"/>.</summary>
    public required bool OneAtATime { get; init; }

    /// <summary>numpy's name of the type of the images it was made for, e.g. <c>uint8</c>: their range of values matters where <see cref="Preprocessing"/> has fixed numbers.</summary>
    public required string ImageType { get; init; }

    /// <summary>Done to the image before the model, in order.</summary>
    public IReadOnlyList<ExternalOperation> Preprocessing { get; init; } = [];

    /// <summary>Done to what the model gives, in order. Statistics here are those of the model's output, never of a window of it.</summary>
    public IReadOnlyList<ExternalOperation> Postprocessing { get; init; } = [];

    /// <summary>Of the TorchScript file, relative to the folder of the description, with '/'.</summary>
    public required string WeightsPath { get; init; }

    /// <summary>What the package says about that file, lower-case hex; null when it says nothing.</summary>
    public string? WeightsSha256 { get; init; }
}
