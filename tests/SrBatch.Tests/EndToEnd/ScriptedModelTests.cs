using SrBatch.Core.Errors;

namespace SrBatch.Tests.EndToEnd;

/// <summary>TorchScript files as torch.jit.save writes them.</summary>
public sealed class ScriptedModelTests(ExternalModels models)
{
    // Sides of windows are multiples of 32; halos are rounded up to it.
    [Theory]
    [InlineData("conv", 1, 96, 3, 30, 30)] // 32 are kept of a window: 5 x 6 of 160 x 192, 5 x 6 of 131 x 175
    [InlineData("up", 2, 96, 3, 30, 30)]
    [InlineData("pool", 1, 128, 25, 9, 9)] // 64 are kept
    public void Infer_InWindows_EqualsTorchOnTheWholeImage(string network, int scale, int tile, int mostHalo, int evenTiles, int oddTiles)
    {
        string run = models.NewRun();
        SrbatchResult infer = models.Infer(run, models.File($"{network}.pt"), scale, new { tile, halo = "exact" }, "even", "odd").Expect(ExitCode.Done);
        string line = Assert.Single(infer.Logged("info"), line => line.StartsWith("TorchScript in fp32: as the model was saved; halo ", StringComparison.Ordinal));
        Assert.InRange(int.Parse(line.Split(' ')[^1]), 3, mostHalo);
        Assert.Contains(infer.Logged("info"), line => line.StartsWith($"even: 1 planes of 160 x 192 in {evenTiles} tiles, ", StringComparison.Ordinal));
        Assert.Contains(infer.Logged("info"), line => line.StartsWith($"odd: 1 planes of 131 x 175 in {oddTiles} tiles, ", StringComparison.Ordinal));
        models.AssertIs($"{network}-even", ExternalModels.Output(run, "even"));
        models.AssertIs($"{network}-odd", ExternalModels.Output(run, "odd"));
    }

    [Fact]
    public void Infer_HaloBelowTheReach_IsSeen()
    {
        // Were this to pass as well, the test above would show nothing.
        string run = models.NewRun();
        models.Infer(run, models.File("conv.pt"), 1, new { tile = 96, halo = 0 }, "even").Expect(ExitCode.Done);
        Assert.Throws<Xunit.Sdk.TrueException>(() => models.AssertIs("conv-even", ExternalModels.Output(run, "even")));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("head")]
    public void Infer_DamagedFile_SaysSo_Exit65(string damage)
    {
        byte[] whole = File.ReadAllBytes(models.File("conv.pt"));
        string path = models.File($"{damage}.pt");
        File.WriteAllBytes(path, damage switch
        {
            "cut" => whole[..(whole.Length / 2)],
            "flipped" => [.. whole[..^100], .. whole[^100..].Select(value => (byte)(value ^ 0xFF))], // the list of what is in it
            _ => [.. "PK\u0003\u0004"u8, .. new byte[100]],
        });
        string run = models.NewRun();
        SrbatchResult infer = models.Infer(run, path, 1, null, "even").Expect(ExitCode.ImagesFailed);
        string error = Assert.Single(infer.Logged("error"));
        Assert.StartsWith($"{path}: not a TorchScript model that libtorch ", error, StringComparison.Ordinal);
        Assert.EndsWith(". Save it with torch.jit.script or torch.jit.trace and torch.jit.save.", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
        Assert.Equal(0, RunFiles.ImageCount(run));

        // The list of images is as it was: with a model that is whole, the same run is done.
        models.Infer(run, models.File("conv.pt"), 1, null, "even").Expect(ExitCode.Done);
        Assert.Equal(1, RunFiles.ImageCount(run));
    }

    [Theory]
    [InlineData("up", 1, "makes 1024 x 1024 pixels of 512 x 512; expected 512 x 512 (scale 1). Set model.scale to what it makes.")]
    [InlineData("conv", 2, "makes 512 x 512 pixels of 512 x 512; expected 1024 x 1024 (scale 2). Set model.scale to what it makes.")]
    public void Infer_OutputOfAnotherSizeThanTheScaleSays_IsRefused_Exit65(string network, int scale, string message)
    {
        string run = models.NewRun(), path = models.File($"{network}.pt");
        SrbatchResult infer = models.Infer(run, path, scale, null, "even").Expect(ExitCode.ImagesFailed);
        Assert.Equal([$"{path}: {message}"], infer.Logged("error"));
        Assert.Equal(0, RunFiles.ImageCount(run));
    }

    [Fact]
    public void Infer_NoSuchFile_Exit78()
    {
        string path = models.File("none.pt");
        SrbatchResult infer = models.Infer(models.NewRun(), path, 1, null, "even").Expect(ExitCode.BadManifest);
        Assert.Equal([$"{path} does not exist. Train first ('srbatch train' with the same --run), or pass --model."], infer.Logged("error"));
    }
}
