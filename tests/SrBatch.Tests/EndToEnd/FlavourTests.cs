using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;
using SrBatch.Tests.Storage.Hdf5.Flavours;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Files as Imaris and BigDataViewer lay them out, through the whole worker.</summary>
public sealed class FlavourTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ScanCheckInfer_OfEachLayout_GivesWhatAPlainCopyGives()
    {
        FlavourFile.Make(_folder, """
            import os
            os.mkdir(folder + 'in'), os.mkdir(folder + 'plain')
            def plain(name, values):
                with h5py.File(folder + 'plain/' + name, 'w') as f:
                    f['image'] = values
                    f['image'].attrs['DIMENSION_LABELS'] = list('tczyx')
            with h5py.File(folder + 'in/cell.ims', 'w') as f:
                plain('cell.h5', imaris(f, '/Scene')[0])
                f['DataSet'] = h5py.SoftLink('/Scene')
            plain('embryo.h5', bdv('in/embryo.h5'))
            spim('in/embryo.xml', 'embryo.h5', ['0.3 0.4 2'] * 2)
            """);
        foreach (string images in (string[])["in", "plain"])
        {
            string manifest = _folder.File(images + ".json"), run = _folder.File(images + "-run");
            Assert.Equal($"2 images, 0 with a target, scale 2: {manifest}", Srbatch.Run("scan", _folder.File(images), "--out", manifest, "--scale", "2").Expect(ExitCode.Done).Output.TrimEnd());
            Srbatch.Run("check", "--manifest", manifest).Expect(ExitCode.Done);
            Srbatch.Run(["infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, .. Srbatch.Exact]).Expect(ExitCode.Done);
        }
        JsonNode entries = JsonNode.Parse(File.ReadAllText(_folder.File("in.json")))!["images"]!;
        Assert.Equal(
            ["""{"file":"in/cell.ims","dataset":"/DataSet/ResolutionLevel 0/TimePoint {t}/Channel {c}/Data","axes":"tczyx"}""",
                """{"file":"in/embryo.h5","dataset":"/t{t:00000}/s{c:00}/0/cells","axes":"tczyx"}"""],
            entries.AsArray().Select(entry => entry!["input"]!.ToJsonString()));
        Assert.Equal(
            """
            cell (2, 2, 5, 40, 60) tczyx [2.0, 0.2, 0.15] True
            embryo (2, 2, 3, 40, 60) tczyx [2.0, 0.2, 0.15] True
            """, ChildProcess.Python("""
            import sys, h5py, numpy as np
            for name in ('cell', 'embryo'):
                ours, plain = (h5py.File(f'{sys.argv[1]}/{run}/images/{name}.h5')['sr'] for run in ('in-run', 'plain-run'))
                print(name, ours.shape, ''.join(a.label for a in ours.dims), ours.attrs['element_size_um'].round(12).tolist(), (ours[...] == plain[...]).all())
                assert 'element_size_um' not in plain.attrs
            """, _folder.Path));
        Srbatch.Run("report", "--run", _folder.File("in-run")).Expect(ExitCode.Done);
        Assert.Equal(["cell|0.15|20", "embryo|0.15|12"], DuckDbTable.Query($"SELECT image, round(min(pixel_size_um), 9), count(*) FROM '{_folder.File("in-run")}/quality.parquet' GROUP BY image ORDER BY image"));
    }

    [Fact]
    public void Infer_NetcdfWithMissingValues_IsAsWithNaN_AndWarns()
    {
        FlavourFile.Make(_folder, """
            values = np.random.default_rng(0).poisson(50, (48, 48)).astype('f8')
            with h5py.File(folder + 'packed.nc', 'w') as f:
                f.attrs['_NCProperties'] = 'version=2,netcdf=4.9.0,hdf5=1.10.8'
                packed = np.round(values * 4).astype('i2')
                packed[:16, :16] = -999
                f['v'] = packed
                f['v'].attrs.update(_FillValue=np.int16(-999), scale_factor=0.25)
            values[:16, :16] = np.nan
            with h5py.File(folder + 'plain.h5', 'w') as f:
                f['v'] = values.astype('f4')
            """);
        string run = _folder.File("run");
        string manifest = ManifestJson.Write(
            _folder.File("m.json"), [ManifestJson.Image("packed", "packed.nc"), ManifestJson.Image("plain", "plain.h5")]);
        Srbatch.Run(["infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, .. Srbatch.Exact]).Expect(ExitCode.Done);
        Assert.Equal(
            """
            True
            warn input: 256 values are not finite
            """, ChildProcess.Python("""
            import sys, json, h5py, numpy as np
            packed, plain = (h5py.File(f'{sys.argv[1]}/images/{n}.h5')['sr'] for n in ('packed', 'plain'))
            print(np.array_equal(packed[...], plain[...], equal_nan=True))
            row = json.loads(packed.attrs['quality'])[0]
            print(row['verdict'], [r for r in row['reasons'].split('; ') if 'finite' in r][0])
            """, run));
    }

    [Fact]
    public void Inspect_NamesTheFlavourTheImageAndTheTree()
    {
        FlavourFile.Make(_folder, """
            bdv('a.h5', setups=1)
            spim('a.xml', 'a.h5', ['0.3 0.4 2'])
            with h5py.File(folder + 'a.h5', 'a') as f:
                del f['t00001/s00/1']
                f['note'] = np.arange(3)
            with h5py.File(folder + 'b.ims', 'w') as f:
                imaris(f, levels=1)
                del f['DataSet/ResolutionLevel 0/TimePoint 1']
            """);
        Assert.Equal(
            $"""
            {_folder.File("a.h5")}: bdv, 6 datasets
              image: /t{"{t:00000}"}/s00/0/cells (2, 3, 20, 30) uint16, axes tzyx, element size 2 x 0.4 x 0.3 um
              assumed: '/s00' has no dataType that is text, and '/t00000/s00/0/cells' is int16: read as uint16
              /note: (3) int64, contiguous
              /s00
                resolutions: (2, 3) float64, contiguous
                subdivisions: (2, 3) int32, contiguous
              /t00000/s00/0
                cells: (3, 20, 30) int16 (means uint16), chunks (2, 8, 8) gzip-4, axes zyx, element size 2 x 0.4 x 0.3 um
              /t00000/s00/1
                cells: (3, 5, 15) int16 (means uint16), contiguous, axes zyx, element size 2 x 1.6 x 0.6 um
              /t00001/s00/0
                cells: (3, 20, 30) int16 (means uint16), chunks (2, 8, 8) gzip-4, axes zyx, element size 2 x 0.4 x 0.3 um
            """, Srbatch.Run("inspect", _folder.File("a.h5")).Expect(ExitCode.Done).Output.TrimEnd());

        JsonNode imaris = Srbatch.Run("inspect", _folder.File("b.ims"), "--json").Expect(ExitCode.Done).Json;
        Assert.Equal("imaris", (string?)imaris["flavour"]);
        Assert.Equal(
            """{"dataset":"/DataSet/ResolutionLevel 0/TimePoint {t}/Channel {c}/Data","shape":[1,2,5,20,30],"type":"uint16","axes":"tczyx","elementSizeUm":[2,0.4,0.3]}""",
            imaris["image"]!.ToJsonString());
        JsonNode data = imaris["datasets"]!.AsArray().First(dataset => (string?)dataset!["path"] == "/DataSet/ResolutionLevel 0/TimePoint 0/Channel 1/Data")!;
        Assert.Equal("[8,32,32] [5,20,30] zyx [2,0.4,0.3]", string.Join(' ', ((string[])["shape", "cropped", "axes", "elementSizeUm"]).Select(key => data[key] is JsonArray array ? array.ToJsonString() : data[key]!.ToString())));
    }

    [Fact]
    public void Inspect_NoSingleImage_SaysWhy_AndAPatternShowsItsParts()
    {
        FlavourFile.Make(_folder, "f = h5py.File(folder + 'a.h5', 'w')\nf['one0'], f['one1'], f['two'] = (np.arange(6, dtype='u1').reshape(2, 3),) * 3");
        JsonNode file = Srbatch.Run("inspect", _folder.File("a.h5"), "--json").Expect(ExitCode.Done).Json;
        Assert.Equal("h5py", (string?)file["flavour"]);
        Assert.Null(file["image"]);
        Assert.Equal("which dataset is the input? Set input.dataset to one of /one0 (2, 3) uint8, /one1 (2, 3) uint8, /two (2, 3) uint8.", (string?)file["imageProblem"]);
        Assert.Equal(
            $"""
            {_folder.File("a.h5")}: h5py, 2 datasets
              image: /one{"{t}"} (2, 2, 3) uint8, axes tyx
              /one0: (2, 3) uint8, contiguous
              /one1: (2, 3) uint8, contiguous
            """, Srbatch.Run("inspect", _folder.File("a.h5"), "--dataset", "/one{t}").Expect(ExitCode.Done).Output.TrimEnd());
    }
}
