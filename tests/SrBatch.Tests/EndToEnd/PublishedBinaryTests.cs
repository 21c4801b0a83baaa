using System.Globalization;
using System.Text.RegularExpressions;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Trust;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Networks;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What the trimmer could have taken away without a word: parameters, options, texts.</summary>
public sealed partial class PublishedBinaryTests(TrainedModel tiny)
{
    [Fact]
    public void Train_TrainsEveryParameterThatTheNetworkHasUnderJit()
    {
        using Network network = RandomModel.Create(new ModelOptions { Scale = 2, Features = 4 });
        long expected = network.parameters().Sum(parameter => parameter.numel());
        string line = Assert.Single(tiny.Train.Logged("info"), line => line.StartsWith("training ", StringComparison.Ordinal));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"training {expected} parameters on 6 planes of 6 images, 1 validation planes, 12 steps"), line);
    }

    [Fact]
    public void Model_HasTheArraysOfTheNetworkUnderJit()
    {
        using Network network = RandomModel.Create(new ModelOptions { Scale = 2, Features = 4 });
        SrbatchResult inspect = Srbatch.Run("inspect", tiny.Model, "--json").Expect(ExitCode.Done);
        int features = PlaneFeatures.Count;
        Assert.Equal(
            network.named_parameters().Select(parameter => $"{parameter.name} [{string.Join(',', parameter.parameter.shape)}]")
                .Concat([$"trust.mean [1,{features}]", $"trust.deviation [1,{features}]", $"trust.whitening [1,{features},{features}]"]).Order(StringComparer.Ordinal),
            inspect.Json["arrays"]!.AsArray().Select(array => $"{array!["name"]} {array["shape"]!.ToJsonString()}"));
    }

    [Theory]
    [InlineData("rcan")]
    [InlineData("dfcan")]
    public void Train_OfAnotherNetwork_TrainsEveryParameterThatItHasUnderJit(string name)
    {
        using var folder = new TemporaryFolder();
        string manifest = folder.File("manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(tiny.Manifest).Replace("\"unet\"", $"\"{name}\"", StringComparison.Ordinal));
        using Network network = RandomModel.Create(new ModelOptions { Network = name, Scale = 2, Features = 4 });
        SrbatchResult train = Srbatch.Run("train", "--manifest", manifest, "--run", folder.File("run"), "--steps", "1", "--threads", "1").Expect(ExitCode.Done);
        string line = Assert.Single(train.Logged("info"), line => line.StartsWith("training ", StringComparison.Ordinal));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"training {network.ParameterCount} parameters on "), line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch", "out")]
    [InlineData("bioimageio", "out.zip")]
    public void Export_OfTheRun_HasTheNetworksSource(string to, string name)
    {
        using var folder = new TemporaryFolder();
        string output = folder.File(name);
        Srbatch.Run("export", "--run", tiny.Run, "--to", to, "--out", output).Expect(ExitCode.Done);
        if (to == "bioimageio")
        {
            System.IO.Compression.ZipFile.ExtractToDirectory(output, folder.File("unpacked"));
        }
        string source = File.ReadAllText(to == "pytorch" ? folder.File("out/model.py") : folder.File("unpacked/unet.py"));
        Assert.Contains("class UNet(nn.Module):", source, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ChangesEveryArray()
    {
        static Dictionary<string, string> Arrays(string path, string prefix) =>
            SrBatch.Storage.Weights.Safetensors.Read(path).Arrays.Where(array => array.Name.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(array => array.Name[prefix.Length..], array => string.Join(' ', array.Values.Span[..Math.Min(64, array.Values.Length)].ToArray()));
        IReadOnlyList<string> checkpoints = RunFiles.Checkpoints(tiny.Run);
        Dictionary<string, string> before = Arrays(checkpoints[0], "generator."), after = Arrays(checkpoints[^1], "generator.");
        Assert.NotEmpty(before);
        Assert.All(before, array => Assert.NotEqual(array.Value, after[array.Key]));
    }

    [Fact]
    public void Help_IsWhatWasApprovedUnderJit()
    {
        foreach (string file in Directory.EnumerateFiles(SourceTree.Tests("Approved"), "help*.txt"))
        {
            string[] verb = [.. Path.GetFileNameWithoutExtension(file).Split('-').Skip(1)];
            SrbatchResult help = Srbatch.Run([.. verb, "--help"]).Expect(ExitCode.Done);
            Assert.Equal("", help.Errors);
            ApprovedFile.AssertMatches(Path.GetFileName(file), Version().Replace(help.Output, "srbatch VERSION", 1));
        }
    }

    [Fact]
    public void Binary_AloneInAFolder_AnswersHelpAndVersion_AndDoctorNamesWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        string alone = folder.File("srbatch");
        File.Copy(Srbatch.Binary, alone);
        SrbatchResult Run(params string[] arguments)
        {
            using SrbatchProcess process = SrbatchProcess.Start(alone, arguments, []);
            return process.Wait();
        }
        Assert.Contains("  infer  ", Run("--help").Expect(ExitCode.Done).Output, StringComparison.Ordinal);
        Assert.Equal("srbatch 0.1.0\n", Run("--version").Expect(ExitCode.Done).Output);
        Run("status", "--run", tiny.Run).Expect(ExitCode.Done);
        Run("inspect", tiny.Model).Expect(ExitCode.Done);
        Run("export", "--model", tiny.Model, "--to", "pytorch", "--out", folder.File("exported")).Expect(ExitCode.Done);

        string missing = $"libtorch is not beside the binary in {folder.Path}/, and SRBATCH_TORCH is not set. Set it to the folder of libtorch 2.10's libtorch_cpu.so (python: torch/lib), or use a build made with -p:Torch=cpu.";
        Assert.Contains($"\nlibtorch   MISSING: {missing}\n", Run("doctor").Expect(ExitCode.Unavailable).Output, StringComparison.Ordinal);
        Assert.Equal(missing, Run("train", "--manifest", tiny.Manifest, "--run", folder.File("run")).Expect(ExitCode.Unavailable).Logged("error")[0]);
    }

    [Fact]
    public void Doctor_MovesEveryNetwork_AndItStillRuns() => Assert.Contains(
        "\nnetworks   unet, rcan, dfcan and the discriminator run after being moved\n",
        Srbatch.Run("doctor").Expect(ExitCode.Done).Output,
        StringComparison.Ordinal);

    [Fact]
    public void Doctor_OnThisNode_FindsAll() => Assert.Matches("(?s)^srbatch .*\nhdf5 .*\nlibtorch   2\\.10.*\ndevice ", Srbatch.Run("doctor").Expect(ExitCode.Done).Output);

    [GeneratedRegex(@"srbatch \d+\.\d+\.\d+\S*?(?=:)")]
    private static partial Regex Version();
}
