using SrBatch.Torch.Inference;

namespace SrBatch.Tests.Torch.Inference;

/// <summary>Reads boxes of a plane in memory.</summary>
internal static class Boxes
{
    public static ReadBox Of(float[] plane, int width) => (row, column, rows, columns, destination) =>
    {
        for (int y = 0; y < rows; y++)
        {
            plane.AsSpan((int)(((row + y) * width) + column), columns).CopyTo(destination[(y * columns)..]);
        }
    };
}
