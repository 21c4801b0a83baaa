using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Real faults of system calls under the published binary: Faults/fault.c, loaded before the C library.</summary>
[Collection(nameof(TrainedModel))]
public sealed class SharedDiskTests(TrainedModel tiny) : IDisposable
{
    private const int Eio = 5, Estale = 116;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_StaleHandleTwiceOnOpening_TriesAgain_AndSaysSo()
    {
        // Opens 1 and 2 are the plan's, of the header.
        string run = _folder.File("run"), image = tiny.File("mixed-0001");
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Image("a", image, "/low")]);
        Srbatch.Run("plan", "--manifest", manifest, "--run", run, "--shards", "1").Expect(ExitCode.Done);
        SrbatchResult infer = Srbatch.RunIn(Faults(image, "open", Estale, first: 1, count: 2), Infer(manifest, run)).Expect(ExitCode.Done);
        Assert.Equal(
            [$"{image}: cannot be read: Stale file handle (errno 116). Attempt 1 of 4; trying again.", $"{image}: cannot be read: Stale file handle (errno 116). Attempt 2 of 4; trying again."],
            infer.Logged("warning"));
        Assert.Equal(["a.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void Inspect_DiskErrorForEver_EndsWith65_NamingIt()
    {
        string image = tiny.File("mixed-0001");
        SrbatchResult open = Srbatch.RunIn(Faults(image, "open", Eio, first: 1, count: 1000), "inspect", image).Expect(ExitCode.ImagesFailed);
        Assert.Equal([$"{image}: cannot be read: Input/output error (errno 5)."], open.Logged("error"));
        Assert.Equal(3, open.Logged("warning").Count());
        // The first read is ours, of the superblock; the second is libhdf5's.
        SrbatchResult read = Srbatch.RunIn(Faults(image, "read", Eio, first: 2, count: 1000), "inspect", image).Expect(ExitCode.ImagesFailed);
        Assert.Equal([$"{image}: cannot be read: Input/output error (errno 5)."], read.Logged("error"));
        string first = read.Logged("warning").First();
        Assert.StartsWith($"{image}: the HDF5 file cannot be opened (HDF5: file read failed: Input/output error (errno 5)", first, StringComparison.Ordinal);
        Assert.EndsWith("Attempt 1 of 4; trying again.", first, StringComparison.Ordinal);
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

    private string[] Infer(string manifest, string run) => ["infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1"];
}
