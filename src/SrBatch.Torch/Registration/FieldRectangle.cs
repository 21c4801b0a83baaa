namespace SrBatch.Torch.Registration;

/// <summary>A part of the input's field, input pixels.</summary>
public readonly record struct FieldRectangle(int Y, int X, int Height, int Width)
{
    public long Area => (long)Height * Width;
}
