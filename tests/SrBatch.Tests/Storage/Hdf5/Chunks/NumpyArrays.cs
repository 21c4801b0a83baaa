using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Tests.Storage.Hdf5.Chunks;

/// <summary>Files written by h5py that hold, beside each dataset, its values as read by numpy.</summary>
internal static class NumpyArrays
{
    /// <summary>
    /// <c>save(name, dataset)</c> stores what h5py reads, as little-endian bytes and as float32, in contiguous datasets under /bytes and
    /// /single; <c>values(type, shape)</c> makes numbers over the whole range of the type. The script's argument is the file.
    /// </summary>
    public const string Prologue = """
        import sys, ctypes, h5py, numpy as np
        np.seterr(all='ignore')
        f = h5py.File(sys.argv[1], 'w')
        rng = np.random.default_rng(1)
        def values(t, shape):
            t = np.dtype(t)
            a = rng.integers(0, 256, (int(np.prod(shape)), t.itemsize), 'u1').view(t.newbyteorder('<')).reshape(shape)
            if t.kind == 'f':
                a = np.where(np.isnan(a), 1, a)
            if t.kind in 'ui' and t.itemsize > 1:
                a = a >> rng.integers(0, 8 * t.itemsize - 1, shape).astype(a.dtype)  # small ones too, and less noise for compressors
            return a.astype(t)
        def save(name, d):
            a = d[()]
            little = a.astype(a.dtype.newbyteorder('<'))
            f['bytes/' + name] = np.frombuffer(little.tobytes() or b'\0', 'u1')
            f['single/' + name] = a.astype('f4').ravel()
        """;

    /// <summary>Runs the script after the prologue.</summary>
    public static void Write(string file, string script) => ChildProcess.Python(Prologue + "\n" + script, file);

    /// <summary>Reads the dataset unconverted and as float32, and compares every bit with numpy.</summary>
    public static void AssertReads(Hdf5File file, string name)
    {
        using var dataset = file.OpenDataset(name);
        using var bytes = file.OpenDataset("/bytes/" + name.TrimStart('/'));
        var expected = new byte[bytes.Shape[0]];
        bytes.Read<byte>([0], bytes.Shape, expected);
        Assert.True(expected.AsSpan().SequenceEqual(RawBytes(dataset)), $"{name} {dataset.Type} as it is");
        Assert.True(
            MemoryMarshal.AsBytes(Singles(file, name).AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(Read(dataset).AsSpan())),
            $"{name} {dataset.Type} as float32");
    }

    /// <summary>The whole dataset as numpy converts it to float32.</summary>
    public static float[] Singles(Hdf5File file, string name)
    {
        using var singles = file.OpenDataset("/single/" + name.TrimStart('/'));
        return Read(singles);
    }

    /// <summary>The whole dataset as we convert it.</summary>
    public static float[] Read(Hdf5Dataset dataset)
    {
        var values = new float[Count(dataset)];
        dataset.Read(new long[dataset.Shape.Length], dataset.Shape, values);
        return values;
    }

    private static byte[] RawBytes(Hdf5Dataset dataset) => Hdf5Type.Bytes(dataset.ElementType) switch
    {
        1 => Raw<byte>(dataset),
        2 => Raw<ushort>(dataset),
        4 => Raw<uint>(dataset),
        _ => Raw<ulong>(dataset),
    };

    private static byte[] Raw<T>(Hdf5Dataset dataset)
        where T : unmanaged
    {
        var values = new T[Count(dataset)];
        dataset.Read<T>(new long[dataset.Shape.Length], dataset.Shape, values);
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static long Count(Hdf5Dataset dataset) => dataset.Shape.Aggregate(1L, (product, length) => product * length);
}
