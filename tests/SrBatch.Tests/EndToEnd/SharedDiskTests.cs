using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Real faults of system calls under the published binary: Faults/fault.c, loaded before the C library. It sees libhdf5's calls; ours go to the C library itself.</summary>
public sealed class SharedDiskTests(TrainedModel tiny) : IDisposable
{
    private const int Eio = 5, Estale = 116;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_StaleHandleTwiceOnOpening_TriesAgain_AndSaysSo()
    {
        string run = _folder.File("run"), image = tiny.File("mixed-0001");
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Image("a", image, "/low")]);
        Srbatch.Run("plan", "--manifest", manifest, "--run", run, "--shards", "1").Expect(ExitCode.Done);
        SrbatchResult infer = Srbatch.RunIn(Faults(image, "open", Estale, first: 1, count: 2), Infer(manifest, run)).Expect(ExitCode.Done);
        AssertTold(infer.Logged("warning"), image, "Stale file handle (errno 116)", retries: 2);
        Assert.Equal(["a.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void Infer_StaleHandleWhileReading_OpensTheFileAgain_AndMakesTheSameImage()
    {
        string image = _folder.File("chunks.h5");
        ChildProcess.Python("import sys, h5py, numpy\nh5py.File(sys.argv[1], 'w').create_dataset('low', data=numpy.random.default_rng(2).integers(0, 999, (160, 160), 'u2'), chunks=(16, 16))", image);
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Image("a", image, "/low")]);
        foreach (string run in (string[])["calm", "stale"])
        {
            Srbatch.Run("plan", "--manifest", manifest, "--run", _folder.File(run), "--shards", "1").Expect(ExitCode.Done);
        }
        Srbatch.Run(Infer(manifest, _folder.File("calm"))).Expect(ExitCode.Done);
        SrbatchResult infer = Srbatch.RunIn(Faults(image, "read", Estale, first: 150, count: 1), Infer(manifest, _folder.File("stale"))).Expect(ExitCode.Done);
        string warning = Assert.Single(infer.Logged("warning"));
        Assert.StartsWith($"{image}: dataset '/low', chunk at (", warning, StringComparison.Ordinal);
        Assert.Contains("Stale file handle (errno 116)", warning, StringComparison.Ordinal);
        Assert.EndsWith(" Attempt 1 of 4; trying again.", warning, StringComparison.Ordinal);
        Assert.Equal(RunFiles.Images(_folder.File("calm")), RunFiles.Images(_folder.File("stale")));
    }

    [Fact]
    public void Inspect_DiskErrorForEver_EndsWith65_NamingIt()
    {
        string image = tiny.File("mixed-0001");
        foreach (string call in (string[])["open", "read"])
        {
            SrbatchResult inspect = Srbatch.RunIn(Faults(image, call, Eio, first: 1, count: 1000), "inspect", image).Expect(ExitCode.ImagesFailed);
            AssertTold(inspect.Logged("warning"), image, "Input/output error (errno 5)", retries: 3);
            Assert.Contains("Input/output error (errno 5)", Assert.Single(inspect.Logged("error")), StringComparison.Ordinal);
        }
    }

    /// <summary>The words around the disk's are libhdf5's, which differ between versions.</summary>
    private static void AssertTold(IReadOnlyList<string> warnings, string file, string disk, int retries)
    {
        Assert.Equal(retries, warnings.Count);
        for (int n = 0; n < retries; n++)
        {
            Assert.StartsWith($"{file}: the HDF5 file cannot be opened (HDF5: ", warnings[n], StringComparison.Ordinal);
            Assert.Contains($": {disk}", warnings[n], StringComparison.Ordinal);
            Assert.EndsWith($" Attempt {n + 1} of 4; trying again.", warnings[n], StringComparison.Ordinal);
        }
    }

    private (string, string)[] Faults(string file, string call, int errno, int first, int count)
    {
        string library = _folder.File("fault.so");
        ChildProcess.Run("clang", "-shared", "-fPIC", "-O1", "-o", library, Path.Combine(SourceTree.Root, "tests/SrBatch.Tests/EndToEnd/Faults/fault.c"), "-ldl");
        string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
        return
        [
            ("LD_PRELOAD", library), ("FAULT_FILE", Path.GetFileName(file)), ("FAULT_CALL", call), ("FAULT_ERRNO", Number(errno)),
            ("FAULT_FIRST", Number(first)), ("FAULT_COUNT", Number(count)),
        ];
    }

    private string[] Infer(string manifest, string run) =>
        ["infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, .. Srbatch.Exact];
}
