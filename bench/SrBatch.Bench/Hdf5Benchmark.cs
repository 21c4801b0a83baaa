using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Bench;

/// <summary>Reading and writing HDF5 beside h5py on the same files: medians of 3 interleaved rounds, warm page cache; and the memory that reading takes.</summary>
internal static class Hdf5Benchmark
{
    private const int Rounds = 3, WrittenPlanes = 4, WrittenRows = 512;
    private const double MiB = 1 << 20;
    private const string Python = "/usr/bin/python3", PeerScript = "bench/peers/hdf5.py";

    public static void Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("srbatch-bench-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name + ".h5");
            Peer.Run(Python, PeerScript, "make", folder.FullName);
            ReadPlanes<ushort>(In("contiguous"));
            Compare<ushort>("uint16, shuffle, gzip-4", In("packed"), "u2");
            Compare<float>("uint16 as float32, shuffle, gzip-4", In("packed"), "f4");
            Compare<ushort>("uint16, not packed", In("plain"), "u2");
            Compare<float>("uint16 as float32, not packed", In("plain"), "f4");
            Compare<ushort>("uint16, shuffle, gzip-4, fletcher32", In("fletcher32"), "u2");
            Compare<ushort>("uint16, shuffle, lzf", In("lzf"), "u2");
            Compare<ushort>("uint16, contiguous", In("contiguous"), "u2");
            Compare<ushort>("uint16, 50,176 chunks of 32 x 32", In("small-chunks"), "u2");
            Compare<float>("big-endian float32, shuffle, gzip-4", In("big-endian"), "f4");
            CompareWriting(In("plain"), In("ours"), In("theirs"));
            Console.WriteLine(FormattableString.Invariant(
                $"hdf5: peak memory of srbatch inspect --digest: {PeakMemory(In("packed-64MiB")):F0} MiB on a dataset of 64 MiB, {PeakMemory(In("packed")):F0} MiB on one of 1024 MiB"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Compare<T>(string what, string path, string type)
        where T : unmanaged
    {
        double mebibytes;
        using (Hdf5File file = Hdf5File.OpenRead(path))
        using (Hdf5Dataset dataset = file.OpenDataset("/low"))
        {
            mebibytes = dataset.Shape.Aggregate(1L, (product, length) => product * length) * Hdf5Type.Bytes(dataset.ElementType) / MiB;
        }
        var ours = new List<double>();
        var planes = new List<double>();
        var whole = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            ours.Add(ReadPlanes<T>(path));
            planes.Add(Seconds("planes", path, type));
            whole.Add(Seconds("whole", path, type));
        }
        double best = Math.Min(Peer.Median(planes), Peer.Median(whole));
        Console.WriteLine(FormattableString.Invariant(
            $"hdf5: read {what}, {mebibytes:F0} MiB: srbatch {mebibytes / Peer.Median(ours):F0} MiB/s, h5py by planes {mebibytes / Peer.Median(planes):F0}, whole {mebibytes / Peer.Median(whole):F0}, ratio {best / Peer.Median(ours):F2}"));
    }

    /// <returns>Seconds for all planes, one after the other into the same memory.</returns>
    private static double ReadPlanes<T>(string path)
        where T : unmanaged
    {
        using Hdf5File file = Hdf5File.OpenRead(path);
        using Hdf5Dataset dataset = file.OpenDataset("/low");
        long[] shape = dataset.Shape;
        T[] room = new T[shape[1] * shape[2]];
        room.AsSpan().Clear(); // the peer's memory has been written to, too
        long started = Stopwatch.GetTimestamp();
        for (long plane = 0; plane < shape[0]; plane++)
        {
            if (room is float[] floats)
            {
                dataset.Read([plane, 0, 0], [1, shape[1], shape[2]], floats);
            }
            else
            {
                dataset.Read<T>([plane, 0, 0], [1, shape[1], shape[2]], room);
            }
        }
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void CompareWriting(string source, string ours, string theirs)
    {
        float[][] planes = SourcePlanes(source, out int height, out int width);
        var mine = new List<double>();
        var peer = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            mine.Add(Write(ours, planes, height, width));
            peer.Add(Seconds("write", theirs, source));
        }
        double mebibytes = (double)WrittenPlanes * height * width * sizeof(float) / MiB;
        Console.WriteLine(FormattableString.Invariant(
            $"hdf5: write float32, shuffle, gzip-4, {mebibytes:F0} MiB: srbatch {mebibytes / Peer.Median(mine):F0} MiB/s, h5py {mebibytes / Peer.Median(peer):F0} MiB/s, ratio {Peer.Median(peer) / Peer.Median(mine):F2}; files of {new FileInfo(ours).Length / MiB:F0} and {new FileInfo(theirs).Length / MiB:F0} MiB"));
    }

    /// <summary>What h5py writes too: photon counts times a number that fills the mantissa.</summary>
    private static float[][] SourcePlanes(string source, out int height, out int width)
    {
        using PlaneReader reader = PlaneReader.Open(source, "/low", "zyx");
        (height, width) = ((int)reader.Height, (int)reader.Width);
        float[][] planes = new float[WrittenPlanes][];
        for (int plane = 0; plane < planes.Length; plane++)
        {
            planes[plane] = new float[height * width];
            reader.Read(new PlaneIndex(0, 0, plane), 0, 0, height, width, planes[plane]);
            for (int n = 0; n < planes[plane].Length; n++)
            {
                planes[plane][n] *= 0.37f;
            }
        }
        return planes;
    }

    private static double Write(string path, float[][] planes, int height, int width)
    {
        long started = Stopwatch.GetTimestamp();
        var layout = new PlaneLayout { Dataset = "/low", Axes = "zyx", Shape = [planes.Length, height, width] };
        var packer = new ChunkPacker(layout, Environment.ProcessorCount);
        using PlaneWriter writer = PlaneWriter.Create(path, [layout]);
        for (int plane = 0; plane < planes.Length; plane++)
        {
            for (int row = 0; row < height; row += WrittenRows)
            {
                int rows = Math.Min(WrittenRows, height - row);
                foreach (PackedChunk chunk in packer.Pack(new PlaneIndex(0, 0, plane), row, 0, rows, width, planes[plane].AsMemory((row * width)..((row + rows) * width)), out _))
                {
                    writer.Write(0, chunk);
                }
            }
        }
        writer.Close();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double PeakMemory(string path) =>
        Number(Peer.Run(Python, "bench/peers/peak_memory.py", StartUpBenchmark.Binary, "inspect", path, "--digest").Output);

    private static double Seconds(params string[] arguments) => Number(Peer.Run(Python, [PeerScript, .. arguments]).Output);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
