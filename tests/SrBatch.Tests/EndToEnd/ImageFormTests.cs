using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Every order of axes, type and size of image; compared through h5py.</summary>
public sealed class ImageFormTests(TrainedModel tiny) : IDisposable
{
    private static readonly string[] Orders =
        ["yx", "xy", "zyx", "xyz", "yzx", "zxy", "cyx", "xyc", "tyx", "czyx", "zcyx", "zyxc", "xyzc", "tczyx", "xyzct", "tzcyx", "ctzxy"];

    private static readonly string[] Types = ["u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<u8", "<i8", ">i8", "<f2", "<f4", ">f4", "<f8", ">f8"];

    private static readonly string[] Sizes = ["1x1", "1x40", "40x1", "17x33", "2x3"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The channel's range spans its selected planes, so only stacks of the same planes can be compared: those whose orders have the same letters.</summary>
    [Fact]
    public void Infer_AnyOrderOfAxes_GivesTheSamePlanesInThatOrder()
    {
        ChildProcess.Python("""
            import h5py, numpy, sys
            folder, *orders = sys.argv[1:]
            full = numpy.random.default_rng(5).integers(100, 900, (2, 2, 3, 18, 24)).astype("u2")
            for order in orders:
                v = full[tuple(slice(None) if a in order else 0 for a in "tczyx")]
                kept = [a for a in "tczyx" if a in order]
                with h5py.File(f"{folder}/{order}.h5", "w") as f:
                    f["data"] = v.transpose([kept.index(a) for a in order])
            """, [_folder.Path, .. Orders]);
        string run = Infer(Orders.Select(order => ManifestJson.Image(order, $"{order}.h5", "/data", order)));
        Assert.Equal("17 orders", ChildProcess.Python("""
            import h5py, numpy, sys
            folder, *orders = sys.argv[1:]
            length = dict(t=2, c=2, z=3, y=36, x=48)
            first = {}
            for order in orders:
                d = h5py.File(f"{folder}/{order}.h5", "r")["sr"]
                assert [a.label for a in d.dims] == list(order), order
                assert d.shape == tuple(length[a] for a in order), (order, d.shape)
                v = d[...].transpose([order.index(a) for a in "tczyx" if a in order])
                assert numpy.isfinite(v).all() and v.std() > 0, order
                assert numpy.array_equal(v, first.setdefault("".join(sorted(order)), v)), order
            print(len(orders), "orders")
            """, [Path.Combine(run, "images"), .. Orders]));
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        Assert.Equal(["tczyx|0|0|0", "tczyx|0|0|1", "tczyx|0|0|2", "tczyx|0|1|0"], DuckDbTable.Query($"SELECT image, t, c, z FROM '{run}/quality.parquet' WHERE image = 'tczyx'").Take(4));
        Assert.Equal(["zxy|||0", "zxy|||1", "zxy|||2"], DuckDbTable.Query($"SELECT image, t, c, z FROM '{run}/quality.parquet' WHERE image = 'zxy'"));
    }

    [Fact]
    public void Infer_Select_GivesWhatACopyOfThatPartGives()
    {
        ChildProcess.Python("""
            import h5py, numpy, sys
            v = numpy.random.default_rng(6).integers(100, 900, (3, 4, 30, 40)).astype("u2")
            with h5py.File(sys.argv[1] + "/stack.h5", "w") as f:
                f["all"] = v
                f["planes"] = v[1:2, 1:3]
                f["corner"] = v[:, 3:, 4:24, 10:]
            """, _folder.Path);
        string run = Infer(
        [
            ManifestJson.Image("planes", "stack.h5", "/planes", "czyx"),
            ManifestJson.Image("planes-selected", "stack.h5", "/all", "czyx", new { c = 1, z = "1:3" }),
            ManifestJson.Image("corner", "stack.h5", "/corner", "tzyx"),
            ManifestJson.Image("corner-selected", "stack.h5", "/all", "tzyx", new { z = 3, y = "4:24", x = "10:" }),
        ]);
        Assert.Equal("(1, 2, 60, 80) True\n(3, 1, 40, 60) True", ChildProcess.Python("""
            import h5py, numpy, sys
            for name in ("planes", "corner"):
                a, b = (h5py.File(f"{sys.argv[1]}/{n}.h5", "r")["sr"][...] for n in (name, name + "-selected"))
                print(b.shape, numpy.array_equal(a, b))
            """, Path.Combine(run, "images")));
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        // Indices count in the whole dataset.
        Assert.Equal(["|1|1", "|1|2"], DuckDbTable.Query($"SELECT t, c, z FROM '{run}/quality.parquet' WHERE image = 'planes-selected'"));
    }

    [Fact]
    public void Infer_AnyTypeAndByteOrder_GivesTheSameImage()
    {
        ChildProcess.Python("""
            import h5py, numpy, sys
            path, *types = sys.argv[1:]
            v = numpy.random.default_rng(7).integers(0, 120, (20, 28))
            with h5py.File(path, "w") as f:
                for i, t in enumerate(types):
                    f[f"v{i}"] = v.astype(t)
            """, [_folder.File("types.h5"), .. Types]);
        string run = Infer(Types.Select((_, i) => ManifestJson.Image($"v{i}", "types.h5", $"/v{i}")));
        Assert.Equal("18 types, 1 image", ChildProcess.Python("""
            import glob, h5py, sys
            found = [h5py.File(path, "r")["sr"][...].tobytes() for path in glob.glob(sys.argv[1] + "/*.h5")]
            print(len(found), "types,", len(set(found)), "image")
            """, Path.Combine(run, "images")));
    }

    [Fact]
    public void Infer_OddImages_AreFinite_AndWhatCannotBeScoredIsNull()
    {
        ChildProcess.Python("""
            import h5py, numpy, sys
            path, *sizes = sys.argv[1:]
            random = numpy.random.default_rng(8)
            def pair(f, name, low, high=None):
                h, w = low.shape
                f[name + "/low"] = low
                f[name + "/high"] = random.normal(500, 99, (2 * h, 2 * w)).astype("f4") if high is None else high
            with h5py.File(path, "w") as f:
                for size in sizes:
                    h, w = map(int, size.split("x"))
                    pair(f, size, random.normal(300, 50, (h, w)).astype("f4"))
                nan = random.normal(300, 50, (24, 24)).astype("f4")
                nan[3, 4], nan[10:12, 5], nan[20, 20], nan[0, 0] = numpy.nan, numpy.inf, -numpy.inf, numpy.nan
                pair(f, "nan", nan)
                pair(f, "nan-target", nan[12:18, 8:14], numpy.full((12, 12), numpy.nan, "f4"))
                pair(f, "constant", numpy.full((24, 24), 7, "f4"))
                pair(f, "constant-target", random.normal(300, 50, (24, 24)).astype("f4"), numpy.full((48, 48), 7, "f4"))
                pair(f, "zero", numpy.zeros((24, 24), "u2"), numpy.zeros((48, 48), "u2"))
                pair(f, "all-nan", numpy.full((24, 24), numpy.nan, "f4"))
            """, [_folder.File("odd.h5"), .. Sizes]);
        string[] names = [.. Sizes, "nan", "nan-target", "constant", "constant-target", "zero"];
        object Odd(string name) => new { id = name, split = "test", input = new { file = "odd.h5", dataset = $"/{name}/low" }, target = new { dataset = $"/{name}/high" } };
        string manifest = ManifestJson.Write(_folder.File("m.json"), [.. names.Select(Odd), Odd("all-nan")]);
        string run = _folder.File("run");
        SrbatchResult infer = Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1").Expect(ExitCode.ImagesFailed);
        Assert.Equal([$"all-nan failed: {_folder.File("odd.h5")}: dataset '/all-nan/low' (Y,X = 24,24 float32): channel 0 holds no finite value"], infer.Logged("error"));
        Assert.Equal("10 finite", ChildProcess.Python("""
            import h5py, numpy, sys
            folder, source, *names = sys.argv[1:]
            for name in names:
                v, low = h5py.File(f"{folder}/{name}.h5", "r")["sr"][...], h5py.File(source, "r")[name + "/low"]
                assert v.shape == (2 * low.shape[0], 2 * low.shape[1]), name
                assert numpy.isfinite(v).all(), name
            print(len(names), "finite")
            """, [Path.Combine(run, "images"), _folder.File("odd.h5"), .. names]));

        Srbatch.Run("report", "--run", run).Expect(ExitCode.ImagesFailed);
        string[] scores = ["psnr_db", "ssim", "nrmse", "pearson", "psnr_input_db", "ssim_input", "nrmse_input"];
        Assert.Empty(DuckDbTable.Query($"SELECT image FROM '{run}/quality.parquet' WHERE {string.Join(" OR ", scores.Select(score => $"NOT isfinite({score})"))}"));
        Assert.Equal(
            ["1x1", "1x40", "2x3", "40x1", "all-nan", "constant-target", "nan-target", "zero"],
            DuckDbTable.Query($"SELECT image FROM '{run}/quality.parquet' WHERE ssim IS NULL ORDER BY image"));
        Assert.Equal(["nan-target|", "all-nan|"], DuckDbTable.Query($"SELECT image, nrmse FROM '{run}/quality.parquet' WHERE image IN ('nan-target', 'all-nan') ORDER BY image DESC"));
    }

    private string Infer(IEnumerable<object> images)
    {
        string manifest = ManifestJson.Write(_folder.File("m.json"), images), run = _folder.File("run");
        Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1").Expect(ExitCode.Done);
        return run;
    }
}
