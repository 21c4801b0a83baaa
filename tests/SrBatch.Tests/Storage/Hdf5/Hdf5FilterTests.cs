using CsCheck;
using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Tests.Storage.Hdf5;

public sealed class Hdf5FilterTests
{
    [Fact]
    public void Read_LzfOfH5py_WithoutItsPlugin()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'w')
            f.create_dataset('low', data=np.arange(10000, dtype='u2').reshape(100, 100) // 7, chunks=(30, 40), compression='lzf')
            f.create_dataset('noise', data=np.random.default_rng(1).integers(0, 65535, (50, 50), 'u2'), chunks=(30, 40), compression='lzf',
                shuffle=True)
            f['sum'] = f['noise'][()].sum(dtype='i8')
            """, folder.File("a.h5"));
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("low");
        Assert.Equal(["lzf"], dataset.Filters.Select(filter => filter.Name));
        var values = new float[10000];
        dataset.Read([0, 0], [100, 100], values);
        Assert.Equal(Enumerable.Range(0, 10000).Select(n => (float)(n / 7)), values);
        using var noise = file.OpenDataset("noise");
        using var sum = file.OpenDataset("sum");
        var raw = new ushort[2500];
        noise.Read<ushort>([0, 0], [50, 50], raw);
        var total = new long[1];
        sum.Read<long>([], [], total);
        Assert.Equal(total[0], raw.Sum(value => (long)value));
    }

    [Fact]
    public void Lz4_Chunk_UnpacksLiteralsRunsAndStoredBlocks_DamageIsRefused()
    {
        // One block of 17 bytes: 'ab', 10 bytes from 2 back, 5 literals. Then an unpacked block of 3.
        byte[] chunk =
        [
            0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 17, 0, 0, 0, 11, 0x26, (byte)'a', (byte)'b', 2, 0, 0x50, .. "cdefg"u8, 0, 0, 0, 3, .. "xyz"u8,
        ];
        var room = new byte[20];
        Assert.Equal(20, Lz4.Decode(chunk, room));
        Assert.Equal("ababababababcdefgxyz"u8.ToArray(), room);
        for (var length = 0; length < chunk.Length; length++)
        {
            Assert.Equal(-1, Lz4.Decode(chunk.AsSpan(0, length), room));
        }
        Assert.Equal(-1, Lz4.Decode(chunk, new byte[19]));
        chunk[19] = 3; // points before the beginning
        Assert.Equal(-1, Lz4.Decode(chunk, room));
    }

    [Theory]
    [InlineData("lzf")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    [InlineData("gzip")]
    public void Decode_HostileBytes_EndsWithinTheRoom(string filter)
    {
        byte[] start = filter switch
        {
            "lz4" => [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 40],
            "zstd" => [0x28, 0xB5, 0x2F, 0xFD, 0x60, 0, 0],
            "gzip" => [0x78, 0x9C],
            _ => [],
        };
        Gen.Byte.Array[0, 80].Sample(bytes =>
        {
            byte[] packed = [.. start, .. bytes];
            var room = new byte[400];
            var target = room.AsSpan(0, 256);
            var written = filter switch
            {
                "lz4" => Lz4.Decode(packed, target),
                "zstd" => Zstd.Decode(packed, target),
                "gzip" => Deflate.Decode(packed, target),
                _ => Lzf.Decode(packed, target),
            };
            return written is >= -1 and <= 256 && room.AsSpan(256).IndexOfAnyExcept((byte)0) < 0;
        }, iter: 20_000, threads: 1);
    }

    [Fact]
    public void Shuffle_EverySizeOfValueAndChunk_IsUndone()
    {
        var random = new Random(1);
        foreach (var valueBytes in new[] { 1, 2, 3, 4, 5, 8, 16, 300 })
        {
            for (var length = 0; length < 700; length += 1 + length / 40)
            {
                var values = new byte[length];
                random.NextBytes(values);
                var count = length / valueBytes;
                var shuffled = values.ToArray();
                for (var n = 0; n < count * valueBytes; n++)
                {
                    shuffled[n % valueBytes * count + n / valueBytes] = values[n];
                }
                var undone = new byte[length];
                Shuffle.Undo(shuffled, undone, valueBytes);
                Assert.Equal(values, undone);
            }
        }
    }

    [Fact]
    public void Lzf_Repeats_OfEveryDistanceAndLength_CopyWhatTheyWrote()
    {
        for (var distance = 1; distance <= 40; distance++)
        {
            for (var length = 3; length <= 264; length++)
            {
                // 'distance' literals in runs of at most 32, one repeat, and 8 more literals.
                List<byte> packed = [];
                var expected = Enumerable.Range(0, distance).Select(n => (byte)n).ToList();
                foreach (var run in expected.Chunk(32))
                {
                    packed.AddRange([(byte)(run.Length - 1), .. run]);
                }
                packed.AddRange(
                    length < 9 ? [(byte)((length - 2) << 5), (byte)(distance - 1)] : [7 << 5, (byte)(length - 9), (byte)(distance - 1)]);
                packed.AddRange([7, .. "lastones"u8]);
                for (var n = 0; n < length; n++)
                {
                    expected.Add(expected[^distance]);
                }
                expected.AddRange("lastones"u8);
                var room = new byte[expected.Count];
                Assert.Equal(room.Length, Lzf.Decode(packed.ToArray(), room));
                Assert.Equal(expected, room);
            }
        }
    }

    [Fact]
    public void Lzf_DamagedStream_IsRefused()
    {
        // 'ab', then 9 + 2 bytes from 2 back.
        byte[] packed = [1, (byte)'a', (byte)'b', 0xE0, 2, 1];
        var room = new byte[13];
        Assert.Equal(13, Lzf.Decode(packed, room));
        Assert.Equal("ababababababa"u8.ToArray(), room);
        Assert.Equal(-1, Lzf.Decode(packed.AsSpan(0, 2), room));
        Assert.Equal(-1, Lzf.Decode(packed.AsSpan(0, 4), room));
        Assert.Equal(-1, Lzf.Decode(packed.AsSpan(0, 5), room));
        Assert.Equal(-1, Lzf.Decode(packed, new byte[12]));
        packed[5] = 2; // points before the beginning
        Assert.Equal(-1, Lzf.Decode(packed, room));
    }
}
