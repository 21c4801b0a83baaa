using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Values that are nowhere do not become pixels: every verb says so, and the other images are done.</summary>
public sealed class MissingDataTests(TrainedModel tiny) : IDisposable
{
    private const string MakeFiles = """
        import h5py, numpy as np, os, sys
        folder, good = sys.argv[1:]
        with h5py.File(good) as f:
            low, high = f['low'][()], f['high'][()]
        for n in range(2):
            with h5py.File(f'{folder}/s{n}.h5', 'w') as f:
                f['low'] = low[24 * n:24 * n + 24]
        with h5py.File(f'{folder}/mosaic.h5', 'w', libver='latest') as f:
            layout = h5py.VirtualLayout(low.shape, low.dtype)
            for n in range(2):
                layout[24 * n:24 * n + 24] = h5py.VirtualSource(f's{n}.h5', 'low', (24, 48))
            f.create_virtual_dataset('low', layout)
            f['high'] = high
        os.remove(f'{folder}/s1.h5')
        with h5py.File(f'{folder}/voids.h5', 'w') as f:
            f.create_dataset('low', low.shape, low.dtype, chunks=(24, 24))[:24, :] = low[:24, :]
            f.create_dataset('high', high.shape, high.dtype, chunks=(96, 24))[:, 24:] = high[:, 24:]
        with h5py.File(f'{folder}/unwritten.h5', 'w') as f:
            f.create_dataset('low', low.shape, low.dtype, chunks=(24, 24))
            f['high'] = high
        with h5py.File(f'{folder}/stack.h5', 'w') as f:
            f.create_dataset('low', (2, 48, 48), low.dtype, chunks=(1, 48, 48))[0] = low
        with h5py.File(f'{folder}/packed.h5', 'w') as f:
            f.create_dataset('low', (24000, 24000), 'u2', chunks=(24000, 24000), compression='gzip').id.write_direct_chunk((0, 0), b'x')
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CheckInferEvaluate_OfMissingValues_NameWhatIsMissing_AndDoTheOthers()
    {
        ChildProcess.Python(MakeFiles, _folder.Path, tiny.File("mixed-0001"));
        string run = _folder.File("run"), manifest = ManifestJson.Write(_folder.File("m.json"),
        [
            ManifestJson.Pair("good", tiny.File("mixed-0001"), "test"),
            ManifestJson.Pair("mosaic", "mosaic.h5", "test"),
            ManifestJson.Image("packed", "packed.h5", "/low"),
            ManifestJson.Image("stack", "stack.h5", "/low", "zyx"),
            ManifestJson.Pair("unwritten", "unwritten.h5", "test"),
            ManifestJson.Pair("voids", "voids.h5", "test"),
        ]);
        SrbatchResult check = Srbatch.Run("check", "--manifest", manifest).Expect(ExitCode.ImagesFailed);
        Assert.Collection(
            check.Logged("error").Order(StringComparer.Ordinal),
            line => Assert.StartsWith($"mosaic failed: {_folder.File("mosaic.h5")}: '/low' draws on s1.h5, which is missing; looked for {_folder.File("s1.h5")}", line, StringComparison.Ordinal),
            line => Assert.StartsWith($"packed failed: {_folder.File("packed.h5")}: dataset '/low' has packed chunks of (24000, 24000) uint16, 1152000000 bytes each; ", line, StringComparison.Ordinal),
            line => Assert.Equal($"unwritten failed: {_folder.File("unwritten.h5")}: '/low' (48, 48) has no pixels: the file has its header, but no value was ever written. "
                + "Copy the file again from its source, or leave it out.", line));
        Assert.Equal(
            [
                $"stack: {_folder.File("stack.h5")}: 50.0 % of dataset '/low' was never written and reads as the fill value",
                $"voids: {_folder.File("voids.h5")}: 25.0 % of dataset '/high' was never written and reads as the fill value",
                $"voids: {_folder.File("voids.h5")}: 50.0 % of dataset '/low' was never written and reads as the fill value",
            ],
            check.Logged("warning").Where(line => line.Contains("never written", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        SrbatchResult infer = Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1").Expect(ExitCode.ImagesFailed);
        Assert.Equal(3, infer.Logged("error").Count);
        Assert.Equal(["good.h5", "stack.h5", "voids.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
        Srbatch.Run("evaluate", "--manifest", manifest, "--run", run).Expect(ExitCode.Done);
        Assert.DoesNotContain("never written", Reasons(run, "good", 0), StringComparison.Ordinal);
        Assert.Contains("input: 1152 of 2304 pixels (50.0 %) were never written; target: 2304 of 9216 pixels (25.0 %) were never written", Reasons(run, "voids", 0), StringComparison.Ordinal);
        Assert.DoesNotContain("pass", Verdict(run, "voids", 0), StringComparison.Ordinal);
        Assert.DoesNotContain("never written", Reasons(run, "stack", 0), StringComparison.Ordinal);
        Assert.Contains("input: 2304 of 2304 pixels (100.0 %) were never written", Reasons(run, "stack", 1), StringComparison.Ordinal);
        Assert.Equal("fail", Verdict(run, "stack", 1));
    }

    [Fact]
    public void Train_OnMissingValues_LeavesOutWhatIsNotThere_AndWarnsOfVoids()
    {
        ChildProcess.Python(MakeFiles, _folder.Path, tiny.File("mixed-0001"));
        string manifest = ManifestJson.Write(
            _folder.File("m.json"),
            [ManifestJson.Pair("good", tiny.File("mixed-0001"), "train"), ManifestJson.Pair("mosaic", "mosaic.h5", "train"), ManifestJson.Pair("voids", "voids.h5", "train")],
            training: new { steps = 2, batch = 1, patch = 64, loss = "mse" });
        SrbatchResult train = Srbatch.Run("train", "--manifest", manifest, "--run", _folder.File("run"), "--threads", "1");
        Assert.Contains("s1.h5, which is missing", Assert.Single(train.Logged("error")), StringComparison.Ordinal);
        Assert.Contains("voids: 1152 input pixels and 2304 target pixels were never written; training reads them as the fill value. Leave the image out, or select a part of it", train.Logged("warning"));
        Assert.True(File.Exists(_folder.File("run/model.safetensors")));
    }

    private static string Reasons(string run, string image, int plane) => (string?)Quality(run, image)[plane]!["reasons"] ?? "";

    private static string Verdict(string run, string image, int plane) => (string)Quality(run, image)[plane]!["verdict"]!;

    private static JsonArray Quality(string run, string image) => JsonNode.Parse(ChildProcess.Python(
        "import h5py, sys\nprint(h5py.File(sys.argv[1])['sr'].attrs['quality'])", $"{run}/images/{image}.h5"))!.AsArray();
}
