using System.Buffers.Binary;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Storage.Weights;

namespace SrBatch.Tests.Storage.Weights;

public sealed class SafetensorsTests
{
    private static readonly WeightArray[] Arrays =
        [new("b.weight", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 }), new("a", [], new[] { 0.5f }), new("empty", [0, 4], default)];

    private static readonly Dictionary<string, string> Metadata = new() { ["network"] = "unet", ["format"] = "pt" };

    [Fact]
    public void WriteThenRead_GivesTheSame_AndTwoWritesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        Safetensors.Write(folder.File("1"), Arrays, Metadata);
        Safetensors.Write(folder.File("2"), Arrays.Reverse().ToArray(), Metadata.Reverse().ToDictionary());
        var bytes = File.ReadAllBytes(folder.File("1"));
        Assert.Equal(bytes, File.ReadAllBytes(folder.File("2")));
        var headerBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, headerBytes % 8);
        Assert.StartsWith(
            "{\"__metadata__\":{\"format\":\"pt\",\"network\":\"unet\",\"sha256\":\"",
            Encoding.UTF8.GetString(bytes, 8, (int)headerBytes),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"b.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[4,28]},"
            + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[28,28]}}",
            Encoding.UTF8.GetString(bytes, 8, (int)headerBytes).TrimEnd(' '),
            StringComparison.Ordinal);
        var (arrays, metadata) = Safetensors.Read(folder.File("1"));
        Assert.Equal(["a", "b.weight", "empty"], arrays.Select(array => array.Name));
        Assert.Equal([2L, 3L], arrays[1].Shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6], arrays[1].Values.ToArray());
        Assert.Equal(Metadata, metadata);
        Assert.Equal(Metadata, Safetensors.ReadMetadata(folder.File("1")));
    }

    [Fact]
    public void Read_Damaged_SaysWhichCheckFailed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("m.safetensors");
        Safetensors.Write(path, Arrays, Metadata);
        var whole = File.ReadAllBytes(path);
        var header = (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        var data = whole.Length - header - 8;

        AssertDamaged(path, whole[..5], "too short: 5 bytes, expected at least 8");
        AssertDamaged(path, whole[..100], $"too short: 100 bytes, expected {header + 8} or more (the header's length)");
        AssertDamaged(
            path,
            [255, 255, 255, 255, 255, 255, 255, 255],
            "the header's length is 18446744073709551615 bytes, expected at most 100000000");
        AssertDamaged(path, whole[..^4], $"array 'b.weight' lies at 4 to 28, outside the file's {data - 4} bytes of values");
        AssertDamaged(path, [.. whole, 0], $"{data + 1} bytes of values, expected {data}");
        AssertDamaged(path, Changed(whole, 8, (byte)'x'), "the header is not JSON of the safetensors form");
        AssertDamaged(path, Custom("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8), "array 'a' of shape (3) has 8 bytes");
        AssertDamaged(path, Custom("""{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,8]}}""", 8),
            "array 'a' of shape (4611686018427387904, 4611686018427387904) has 8 bytes");
        AssertDamaged(path, Custom("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8),
            "array 'a' begins at 4, expected 0 (arrays must not overlap nor leave gaps)");
        File.WriteAllBytes(path, Changed(whole, whole.Length - 1, 7));
        var error = Assert.Throws<SrBatchException>(() => Safetensors.Read(path));
        Assert.Matches(
            "^"
                + path
                + ": damaged weights file: the values' sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}\\. "
                + "Use another checkpoint, or fetch the file again\\.$",
            error.Message);
    }

    [Fact]
    public void Read_OtherProgramsFile_WithoutChecksum_AndNotFloat32()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("m.safetensors");
        File.WriteAllBytes(path, Custom("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8));
        Assert.Equal([0f, 0f], Safetensors.Read(path).Arrays[0].Values.ToArray());
        File.WriteAllBytes(path, Custom("""{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}""", 8));
        Assert.Equal($"{path}: array 'a' is BF16; expected F32. Convert it (tensor.float() in PyTorch).",
            Assert.Throws<SrBatchException>(() => Safetensors.Read(path)).Message);
    }

    [Fact]
    public void NewestValid_SkipsTheDamaged_AndPruneKeepsTheBest()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.File("checkpoints"));
        Assert.Null(checkpoints.NewestValid().Newest);
        foreach (var step in new[] { 100, 200, 300, 400, 500 })
        {
            checkpoints.Save(step, Arrays, Metadata);
        }
        Assert.Equal(folder.File("checkpoints/step-00000500.safetensors"), checkpoints.PathOf(500));
        Assert.Equal([checkpoints.PathOf(200)], checkpoints.Prune(3, bestStep: 100));
        Assert.Equal([100, 300, 400, 500], checkpoints.Steps());
        File.WriteAllBytes(checkpoints.PathOf(500), []);
        var (newest, warnings) = checkpoints.NewestValid();
        Assert.Equal(400, newest!.Step);
        Assert.Equal(
            [
                $"skipped {checkpoints.PathOf(500)}: damaged weights file: too short: 0 bytes, expected at least 8. Use another "
                    + $"checkpoint, or fetch the file again.",
            ],
            warnings);
    }

    private static void AssertDamaged(string path, byte[] bytes, string check)
    {
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<SrBatchException>(() => Safetensors.Read(path));
        Assert.Equal($"{path}: damaged weights file: {check}. Use another checkpoint, or fetch the file again.", error.Message);
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
    }

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        var copy = bytes.ToArray();
        copy[at] = value;
        return copy;
    }

    private static byte[] Custom(string header, int data)
    {
        var bytes = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        return bytes;
    }
}
