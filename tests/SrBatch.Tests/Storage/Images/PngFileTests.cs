using SrBatch.Core.Progress;
using SrBatch.Core.Randomness;
using SrBatch.Storage.Images;

namespace SrBatch.Tests.Storage.Images;

public sealed class PngFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(300, 200)]
    public void Encode_ReadByPillow_HasTheSamePixels(int width, int height)
    {
        var random = new SampleRandom(1, (ulong)width);
        var image = new GrayImage(width, height, [.. Enumerable.Range(0, width * height).Select(_ => (byte)random.NextInt(256))]);
        string path = _folder.File("a.png");
        File.WriteAllBytes(path, PngFile.Encode(image));
        string found = ChildProcess.Python(
            "import sys; from PIL import Image; i = Image.open(sys.argv[1]); i.load(); print(i.format, i.mode, i.size, i.tobytes().hex())",
            path);
        Assert.Equal($"PNG L ({width}, {height}) {Convert.ToHexStringLower(image.Pixels)}", found);
    }

    [Fact]
    public void Encode_WithPalette_ReadByPillow_HasItsColours()
    {
        byte[] palette = [.. Enumerable.Range(0, 256).SelectMany(i => (byte[])[(byte)i, (byte)(255 - i), 7])];
        string path = _folder.File("a.png");
        File.WriteAllBytes(path, PngFile.Encode(new GrayImage(3, 1, [0, 1, 255]), palette));
        Assert.Equal(
            "P 00ff0701fe07ff0007",
            ChildProcess.Python(
                "import sys; from PIL import Image; i = Image.open(sys.argv[1]); print(i.mode, i.convert('RGB').tobytes().hex())",
                path));
    }
}
