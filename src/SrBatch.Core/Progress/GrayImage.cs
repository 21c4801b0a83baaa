namespace SrBatch.Core.Progress;

/// <summary>An image for people, of 8 bits.</summary>
/// <param name="Pixels">Width x Height, row by row; 0 is black.</param>
public sealed record GrayImage(int Width, int Height, byte[] Pixels)
{
    /// <summary>Images of any sizes under each other, flush left on black.</summary>
    public static GrayImage Stack(IReadOnlyList<GrayImage> images)
    {
        var stack = new GrayImage(images.Max(image => image.Width), images.Sum(image => image.Height));
        int top = 0;
        foreach (GrayImage image in images)
        {
            stack.Paste(image, top, 0);
            top += image.Height;
        }
        return stack;
    }

    /// <summary>Black.</summary>
    public GrayImage(int width, int height)
        : this(width, height, new byte[width * height])
    {
    }

    internal void Paste(GrayImage image, int top, int left)
    {
        for (int y = 0; y < image.Height; y++)
        {
            image.Pixels.AsSpan(y * image.Width, image.Width).CopyTo(Pixels.AsSpan(((top + y) * Width) + left));
        }
    }
}
