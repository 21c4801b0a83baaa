using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Small files that claim to be huge: that image's problem, nobody's crash.</summary>
public sealed class OversizedTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryVerb_HugeShapes_AreListedWithTheirSize_AndTheOthersAreDone()
    {
        ChildProcess.Python("""
            import h5py, sys
            for name, axes, low in [('plane', 'yx', (2**40, 2**40)), ('stack', 'tczyx', (2**30, 2**30, 2**30, 48, 48)), ('long', 'tyx', (2**40, 48, 48)), ('wide', 'yx', (2000, 2**21)),
                                    ('area', 'yx', (2**20, 2**20)), ('train', 'yx', (2**14, 2**14)), ('all', 'tyx', (10**6, 2**14, 2**14))]:
                with h5py.File(f'{sys.argv[1]}/{name}.h5', 'w') as f:
                    for dataset, scale in [('low', 1), ('high', 2)]:
                        shape = tuple(n * (scale if axis in 'yx' else 1) for n, axis in zip(low, axes))
                        f.create_dataset(dataset, shape, 'u2', chunks=tuple(min(n, 64) for n in shape))
            """, _folder.Path);
        string run = _folder.File("run"), good = tiny.File("mixed-0001");
        (string Name, string Axes, string Split, string Found)[] bad =
        [
            ("all", "tyx", "test", "(T,Y,X = 1000000,16384,16384 uint16) makes 1073741824000000 output pixels; at most 17592186044416 are allowed"),
            ("area", "yx", "test", "(Y,X = 1048576,1048576 uint16) has planes of 1048576 x 1048576; at most 68719476736 pixels are allowed"),
            ("long", "tyx", "test", "(T,Y,X = 1099511627776,48,48 uint16) has 1099511627776 planes; at most 1000000 are allowed"),
            ("plane", "yx", "test", "(Y,X = 1099511627776,1099511627776 uint16) has planes of 1099511627776 x 1099511627776; at most 16777216 pixels along an axis are allowed"),
            ("stack", "tczyx", "test", "(T,C,Z,Y,X = 1073741824,1073741824,1073741824,48,48 uint16) has 1.2379400392853803E+27 planes; at most 1000000 are allowed"),
            ("train", "yx", "train", "(Y,X = 16384,16384 uint16) has planes of 16384 x 16384, times 4 in the output; training allows at most 268435456 pixels"),
            ("wide", "yx", "test", "(Y,X = 2000,2097152 uint16) has planes of 2000 x 2097152, so a row of tiles has 8589934592 output pixels; at most 1073741823 are allowed. Lower inference.tile"),
        ];
        string manifest = ManifestJson.Write(_folder.File("m.json"),
        [
            .. bad.Select(image => ManifestJson.Pair(image.Name, $"{image.Name}.h5", image.Split, image.Axes)),
            ManifestJson.Pair("good", good, "test"),
        ]);
        string[] problems = [.. bad.Select((image, i) => $"{image.Name} failed: {_folder.File(image.Name + ".h5")}: dataset '/low' {image.Found}. Set images[{i}].input.select to a part of it.")];
        Assert.Equal(problems, Srbatch.Run("check", "--manifest", manifest).Expect(ExitCode.ImagesFailed).Logged("error").Order(StringComparer.Ordinal));
        Assert.Equal(problems, Srbatch.Run("plan", "--manifest", manifest, "--run", run, "--shards", "1").Expect(ExitCode.ImagesFailed).Logged("error").Order(StringComparer.Ordinal));
        SrbatchResult infer = Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1").Expect(ExitCode.ImagesFailed);
        Assert.Equal(problems.Length - 1, infer.Logged("error").Count);
        Assert.Equal(["good.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
        Srbatch.Run("evaluate", "--manifest", manifest, "--run", run).Expect(ExitCode.Done);
        Srbatch.Run("train", "--manifest", manifest, "--run", run, "--threads", "1").Expect(ExitCode.ImagesFailed);
    }

    [Fact]
    public void LinkedFolders_OfTheManifest_ReachThePlanAndTheReaders()
    {
        ChildProcess.Python("""
            import h5py, os, shutil, sys
            folder, good = sys.argv[1:]
            os.makedirs(f'{folder}/data'), os.makedirs(f'{folder}/jobs'), os.makedirs(f'{folder}/archive')
            shutil.copy(good, f'{folder}/archive/raw.h5')
            with h5py.File(f'{folder}/data/view.h5', 'w') as f:
                f['low'] = h5py.ExternalLink('../archive/raw.h5', '/low')
            """, _folder.Path, tiny.File("mixed-0001"));
        string run = _folder.File("run"), manifest = ManifestJson.Write(_folder.File("jobs/m.json"), [ManifestJson.Image("a", "../data/view.h5", "/low")]);
        string refused = $"a failed: {_folder.File("data/view.h5")}: '/low' leads by an external link to {_folder.File("archive/raw.h5")}, outside the folders it may lead to "
            + $"({_folder.File("data")}, {_folder.File("jobs")}). To allow it, add \"{_folder.File("archive")}\" to linkedFolders in the manifest (scan and inspect: --linked-folder).";
        Assert.Equal([refused], Srbatch.Run("check", "--manifest", manifest).Expect(ExitCode.ImagesFailed).Logged("error"));
        string json = File.ReadAllText(manifest);
        File.WriteAllText(manifest, json.Insert(json.IndexOf('{') + 1, "\"linkedFolders\": [\"../archive\"],"));
        Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1").Expect(ExitCode.Done);
        Assert.Equal(["a.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
        Assert.Equal([_folder.File("jobs"), _folder.File("archive")],
            System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(run, "plan.json")))!["linkedFolders"]!.AsArray().Select(folder => (string)folder!));
    }
}
