using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5.Flavours;

/// <summary>
/// Files that h5py writes in the layouts of other programs, and the expected values beside them as raw little-endian float32.
/// </summary>
internal static class FlavourFile
{
    /// <summary>For every script: the folder, h5py, numpy, and <c>expect(name, array)</c>, which stores the expected values.</summary>
    private const string Prelude = """
        import sys, h5py, numpy as np
        folder = sys.argv[1] + '/'
        def expect(name, values): np.ascontiguousarray(values, '<f4').tofile(folder + name)
        def chars(text): return np.array([c.encode() for c in text], 'S1')

        """;

    /// <summary>
    /// <c>imaris(f, root, levels)</c> with two time points and two channels; level 0 has 5 x 20 x 30 voxels of 2 x 0.4 x 0.3 um, level 1
    /// half the rows and columns. The padding is 60000. Returns the values of each level.
    /// </summary>
    private const string Imaris = """
        def imaris(f, root='/DataSet', levels=2):
            g = f.create_group('/DataSetInfo/Image')
            for k, v in dict(ExtMin0='-3.0', ExtMax0='6', ExtMin1='1', ExtMax1='9.000', ExtMin2='0', ExtMax2='1e1', Unit='um',
                             X='30', Y='20', Z='5').items():
                g.attrs[k] = chars(v)
            found = []
            for r in range(levels):
                z, y, x = 5, 20 >> r, 30 >> r
                whole = np.random.default_rng(r).integers(0, 60000, (2, 2, z, y, x)).astype('u2')
                for t in range(2):
                    for c in range(2):
                        g = f.create_group(f'{root}/ResolutionLevel {r}/TimePoint {t}/Channel {c}')
                        for k, v in dict(ImageSizeX=x, ImageSizeY=y, ImageSizeZ=z).items():
                            g.attrs[k] = chars(str(v))
                        padded = np.full((8, 32 >> r, 32 >> r), 60000, 'u2')
                        padded[:z, :y, :x] = whole[t, c]
                        g.create_dataset('Data', data=padded, chunks=(4, 16, 16), compression='gzip')
                        g['Histogram'] = np.zeros(256, 'u8')
                found.append(whole)
            f['Thumbnail/Data'] = np.zeros((8, 32), 'u1')
            return found

        """;

    /// <summary>
    /// <c>bdv(name, setups)</c>: two time points of 3 x 20 x 30 voxels in each setup, signed on disk, with a second level; returns the
    /// expected values. <c>spim(name, file, sizes, unit)</c>: the XML with a voxel size (x y z) for each setup.
    /// </summary>
    private const string BigDataViewer = """
        def bdv(name, setups=2, dtype='i2'):
            whole = np.random.default_rng(1).integers(0, 65536, (2, setups, 3, 20, 30)).astype('u2')
            with h5py.File(folder + name, 'w') as f:
                for s in range(setups):
                    f[f's{s:02}/resolutions'] = np.array([[1, 1, 1], [2, 4, 1]], 'f8')
                    f[f's{s:02}/subdivisions'] = np.array([[16, 16, 16], [8, 8, 8]], 'i4')
                    for t in range(2):
                        f.create_dataset(f't{t:05}/s{s:02}/0/cells', data=whole[t, s].view(dtype), chunks=(2, 8, 8), compression='gzip')
                        f[f't{t:05}/s{s:02}/1/cells'] = whole[t, s, :, ::4, ::2].copy().view(dtype)
            return whole
        def spim(name, file, sizes, unit='µm', head=''):
            setups = ''.join(f'<ViewSetup><id>{i}</id><size>30 20 3</size><voxelSize><unit>{unit}</unit><size>{s}</size></voxelSize>'
                             f'<attributes><channel>7</channel></attributes></ViewSetup>' for i, s in enumerate(sizes))
            open(folder + name, 'w', encoding='utf-8').write(
                f'<?xml version="1.0" encoding="UTF-8"?>{head}<SpimData version="0.2"><SequenceDescription><ImageLoader format="bdv.hdf5">'
                f'<hdf5 type="relative">{file}</hdf5></ImageLoader><ViewSetups>{setups}'
                '<Attributes><Channel><id>0</id></Channel></Attributes></ViewSetups>'
                f'</SequenceDescription></SpimData>')

        """;

    public static void Make(TemporaryFolder folder, string script) =>
        ChildProcess.Python(Prelude + Imaris + BigDataViewer + script, folder.Path);

    /// <summary>Reads all planes, and the last rows and columns of each, of an image whose axes end in yx.</summary>
    public static void AssertReadsAs(string expected, DatasetHeader header)
    {
        using var reader = PlaneReader.Open(header.File, header.Dataset, header.Axes!);
        Assert.EndsWith("yx", header.Axes, StringComparison.Ordinal);
        Assert.Equal(header.Shape, reader.Shape);
        Assert.Equal(header.ElementType, reader.ElementType);
        var (height, width) = ((int)reader.Height, (int)reader.Width);
        var all = new List<float>();
        for (var t = 0; t < reader.Planes.T; t++)
        {
            for (var c = 0; c < reader.Planes.C; c++)
            {
                for (var z = 0; z < reader.Planes.Z; z++)
                {
                    var plane = new float[height * width];
                    reader.Read(new PlaneIndex(t, c, z), 0, 0, height, width, plane);
                    var corner = new float[6];
                    reader.Read(new PlaneIndex(t, c, z), height - 2, width - 3, 2, 3, corner);
                    Assert.Equal([.. plane[^(width + 3)..^width], .. plane[^3..]], corner);
                    all.AddRange(plane);
                }
            }
        }
        Assert.Equal(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(expected)).ToArray(), all);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(default, height - 1, 0, 2, 1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(default, 0, width - 1, 1, 2, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(reader.Planes, 0, 0, 1, 1, new float[1]));
    }

    /// <summary>Asserts exit 65 and the message that follows the file name.</summary>
    public static void AssertRefused(string message, string file, string dataset = DatasetHeaders.Auto)
    {
        var error = Assert.Throws<SrBatchException>(() => DatasetHeaders.Read(file, dataset));
        Assert.Equal($"{file}: {message}", error.Message);
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
    }
}
