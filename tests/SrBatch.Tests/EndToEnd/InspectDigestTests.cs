using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary><c>inspect --digest</c> against numpy.</summary>
public sealed class InspectDigestTests : IDisposable
{
    private static readonly string[] Types = ["u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<u8", ">u8", "<i8", ">i8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Digest_AnyTypeByteOrderAndLayout_IsNumpys()
    {
        JsonArray expected = JsonNode.Parse(ChildProcess.Python("""
            import h5py, hashlib, json, numpy, sys
            path, *types = sys.argv[1:]
            random = numpy.random.default_rng(9)
            out = []
            with h5py.File(path, "w") as f:
                def add(name, v, **options):
                    f.create_dataset(name, data=v, **options)
                    little = numpy.ascontiguousarray(v.astype(v.dtype.newbyteorder("<")))
                    out.append({"path": "/" + name, "min": float(v.min()), "max": float(v.max()), "mean": float(v.astype("f8").mean()), "sha256": hashlib.sha256(little.tobytes()).hexdigest()})
                for i, t in enumerate(types):
                    low = 0 if "u" in t else -100
                    add(f"d{i:02}", random.integers(low, 120, (3, 11, 13)).astype(t), **({"chunks": (2, 4, 5), "compression": "gzip", "shuffle": True} if i % 2 else {}))
                # More values than are read at once.
                add("large", random.integers(0, 65536, (3, 1500, 1600)).astype("u2"), chunks=(1, 512, 512))
                add("line", random.normal(size=4_300_000).astype("f4"))
            print(json.dumps(sorted(out, key=lambda d: d["path"])))
            """, [_folder.File("d.h5"), .. Types]))!.AsArray();
        JsonArray found = Srbatch.Run("inspect", _folder.File("d.h5"), "--digest", "--json").Expect(ExitCode.Done).Json["datasets"]!.AsArray();
        foreach (string key in (string[])["path", "sha256"])
        {
            Assert.Equal(expected.Select(dataset => (string)dataset![key]!), found.Select(dataset => (string)dataset![key]!));
        }
        foreach (string key in (string[])["min", "max"])
        {
            Assert.Equal(expected.Select(dataset => (double)dataset![key]!), found.Select(dataset => (double)dataset![key]!));
        }
        // numpy sums in pairs, we in order: in double precision that differs in the last digits.
        Assert.All(expected.Zip(found), pair => Assert.Equal((double)pair.First!["mean"]!, (double)pair.Second!["mean"]!, 1e-9));
    }

    [Fact]
    public void Digest_NoValues_IsNone_AndThatOfNothing()
    {
        ChildProcess.Python("import h5py, numpy, sys; f = h5py.File(sys.argv[1], 'w'); f['null'] = h5py.Empty('f4'); f['zero'] = numpy.zeros((0, 3))", _folder.File("empty.h5"));
        JsonArray found = Srbatch.Run("inspect", _folder.File("empty.h5"), "--digest", "--json").Expect(ExitCode.Done).Json["datasets"]!.AsArray();
        Assert.True((bool)found[0]!["noData"]!);
        Assert.Null(found[0]!["sha256"]);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", (string)found[1]!["sha256"]!);
    }

    [Fact]
    public void Digest_NotFinite_IsNull()
    {
        ChildProcess.Python("import h5py, numpy, sys; h5py.File(sys.argv[1], 'w')['d'] = numpy.array([1, numpy.nan, 3])", _folder.File("nan.h5"));
        JsonNode found = Srbatch.Run("inspect", _folder.File("nan.h5"), "--digest", "--json").Expect(ExitCode.Done).Json["datasets"]![0]!;
        Assert.Null(found["mean"]);
        Assert.Equal(64, ((string)found["sha256"]!).Length);
    }
}
