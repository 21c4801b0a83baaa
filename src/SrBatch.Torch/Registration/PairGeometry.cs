namespace SrBatch.Torch.Registration;

/// <summary>
/// Sizes of a pair. The frame is the input's field with pixels of the target's size: <see cref="Scale"/> times the input's rows and
/// columns.
/// </summary>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="TargetHeight">Rows of the target; usually about <paramref name="Scale"/> times the input's, but any number works.</param>
/// <param name="TargetWidth">Columns of the target.</param>
/// <param name="Scale">Nominal target pixels per input pixel.</param>
public sealed record PairGeometry(int Height, int Width, int TargetHeight, int TargetWidth, int Scale)
{
    public int FrameHeight => Height * Scale;
    public int FrameWidth => Width * Scale;
}
