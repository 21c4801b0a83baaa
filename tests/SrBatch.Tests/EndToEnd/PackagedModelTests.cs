using SrBatch.Core.Errors;

namespace SrBatch.Tests.EndToEnd;

/// <summary>BioImage.IO packages around TorchScript files.</summary>
public sealed class PackagedModelTests(ExternalModels models)
{
    [Theory]
    [InlineData("standard04", "even", 1, 64, "exact", 3, 30)] // 32 are kept of 64
    [InlineData("standard04", "even", 1, 64, "auto", 8, 30)] // what the package says
    [InlineData("linear04.zip", "byte", 1, 80, "exact", 3, 16)] // byxc; 48 are kept
    [InlineData("range05.zip", "odd", 2, 96, "auto", 5, 30)] // 10 of the output's pixels
    [InlineData("fixed05", "odd", 1, null, "auto", 8, 12)] // 48 are kept of the one size
    [InlineData("fixed05", "odd", 1, null, "exact", 3, 12)] // 58
    [InlineData("sides04", "odd", 1, 64, "exact", 3, 30)]
    public void Infer_WithItsStepsBeforeAndAfter_EqualsNumpyAndTorch(string package, string image, int scale, int? tile, string halo, int expectedHalo, int tiles)
    {
        string run = models.NewRun();
        SrbatchResult infer = models.Infer(run, models.File(package), scale, new { tile, halo }, image).Expect(ExitCode.Done);
        Assert.Contains($"TorchScript in fp32: as the model was saved; halo {expectedHalo}", infer.Logged("info"));
        Assert.Contains(infer.Logged("info"), line => line.Contains($" in {tiles} tiles, ", StringComparison.Ordinal));
        models.AssertIs(Path.GetFileNameWithoutExtension(package), ExternalModels.Output(run, image));
    }

    [Theory]
    [InlineData("sample05.zip")]
    [InlineData("dataset05")]
    public void Infer_Stack_HasStatisticsOfAPlaneOrOfAll(string package)
    {
        string run = models.NewRun();
        models.Infer(run, models.File(package), 1, new { tile = 96, halo = "exact" }, "stack").Expect(ExitCode.Done);
        models.AssertIs(Path.GetFileNameWithoutExtension(package), ExternalModels.Output(run, "stack"));
    }

    [Fact]
    public void Infer_WhatCannotBeRun_IsRefused_Exit65_AndTheImagesAreDoneWithAnother()
    {
        string run = models.NewRun();
        foreach ((string package, string message) in ((string, string)[])
        [
            ("whole", ": postprocessing has scale_range, which needs the whole output at once; srbatch writes the output part by part. Choose another model, or ask its authors for one without."),
            ("again", ": preprocessing has a step after clip; srbatch supports clip only as the last step. Choose another model, or ask its authors for one without."),
            ("wrong", $"/weights.pt: its sha256 is {RunFiles.Sha256(models.File("conv.pt"))}; the description says {new string('0', 64)}. Download the package again."),
            ("larger", ": makes 1024 x 1024 pixels of 512 x 512; expected 512 x 512 (scale 1). Set model.scale to what it makes."),
        ])
        {
            string path = models.File(package);
            SrbatchResult infer = models.Infer(run, path, 1, null, "even").Expect(ExitCode.ImagesFailed);
            Assert.Equal([path + message], infer.Logged("error"));
            Assert.Equal(0, RunFiles.ImageCount(run));
        }
        models.Infer(run, models.File("standard04"), 1, null, "even").Expect(ExitCode.Done);
        models.AssertIs("standard04", ExternalModels.Output(run, "even"));
    }

    /// <summary>The same weights used otherwise make another image: none may be of both.</summary>
    [Fact]
    public void Infer_KilledAndBegunWithAnotherDescription_BeginsTheImageAnew()
    {
        string run = models.NewRun(), alone = models.NewRun();
        object inference = new { tile = 64, halo = "auto", orientations = 8 };
        using (SrbatchProcess first = models.Start(run, models.File("standard04"), 1, inference, "tall"))
        {
            first.WaitUntil(() => PartialFile.Read(run).Blocks.Count > 3);
            first.Signal(SrbatchProcess.Kill);
            first.Wait();
        }
        Assert.InRange(PartialFile.Read(run).Blocks.Count, 4, 47);
        SrbatchResult second = models.Infer(run, models.File("hundredth"), 1, inference, "tall").Expect(ExitCode.Done);
        Assert.DoesNotContain(second.Logged("info"), line => line.Contains("parts done before", StringComparison.Ordinal));
        models.Infer(alone, models.File("hundredth"), 1, inference, "tall").Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Images(alone), RunFiles.Images(run));
        Assert.Empty(RunFiles.Temporaries(run));
    }

    [Fact]
    public void Infer_AnotherScaleThanTheManifests_Exit78()
    {
        string path = models.File("range05.zip");
        SrbatchResult infer = models.Infer(models.NewRun(), path, 1, null, "even").Expect(ExitCode.BadManifest);
        Assert.Equal([$"{path} has scale 2; the manifest's model.scale is 1. Use a model of that scale, or change the manifest."], infer.Logged("error"));
    }
}
