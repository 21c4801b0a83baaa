using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Core.Trust;
using SrBatch.Core.Weights;

namespace SrBatch.Tests.Core.Trust;

/// <summary>Compares other images with those of a model trained on 16 images of filaments and validated on 4.</summary>
public sealed class InputDistributionTests(FilamentInputs filaments) : IClassFixture<FilamentInputs>
{
    [Fact]
    public void Judge_UnseenFilaments_Pass()
    {
        double[] unseen =
        [
            .. Enumerable.Range(20, 12)
                .Select(image => filaments.Inputs.Judge(SeenPlanes.Sample(SeenPlanes.Image("filaments", image))).OutOfDistribution),
        ];
        Assert.True(unseen.Max() <= 1, string.Join(", ", unseen));
    }

    /// <summary>Copies of the training planes say nothing about how much good inputs differ.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Fit_CopiesOnly_IsNull_AndAmongOthersTheyDoNotCount(int copies)
    {
        PlaneSample[] samples = [.. Enumerable.Range(0, 3).Select(image => SeenPlanes.Sample(SeenPlanes.Image("filaments", image)))];
        KnownPlane[] same =
        [
            .. Enumerable.Range(0, copies).Select(i => new KnownPlane("g", null, $"copy-{i}", IsTraining: true, samples[0])),
            new KnownPlane("g", null, "validation", IsTraining: false, samples[0]),
        ];
        Assert.Null(InputDistribution.Fit(same));

        KnownPlane[] others = [.. samples.Skip(1).Select((sample, i) => new KnownPlane("g", null, $"other-{i}", IsTraining: false, sample))];
        InputKind kind = Assert.Single(InputDistribution.Fit([.. same, .. others])!.Kinds);
        Assert.Equal(2, kind.HeldOut);
        Assert.True(double.IsFinite(kind.DistanceLimit) && kind.DistanceLimit > 0.1, $"{kind.DistanceLimit}");
        Assert.True(double.IsFinite(kind.FeatureLimit) && kind.FeatureLimit > 0.1, $"{kind.FeatureLimit}");
    }

    [Theory]
    [InlineData("spots", "low-high-na")]
    [InlineData("filaments", "confocal-sted")]
    public void Judge_OtherStructuresAndMicroscopes_AreUnlikeTheTraining(string structure, string pair)
    {
        double[] others =
        [
            .. Enumerable.Range(0, 4)
                .Select(image => filaments.Inputs.Judge(SeenPlanes.Sample(SeenPlanes.Image(structure, image, pair))).OutOfDistribution),
        ];
        Assert.True(others.Min() > 1, string.Join(", ", others));
    }

    [Theory]
    [InlineData("blurred", ": out of focus, or smoothed?")]
    [InlineData("noisy", "noise or the finest detail is ")]
    [InlineData("upside down", ": contrast upside down?")]
    [InlineData("saturated", ": saturated?")]
    [InlineData("empty", "empty: nothing stands out from the noise")]
    [InlineData("constant", "empty: all pixels alike")]
    public void Judge_Spoilt_IsUnlikeTheTraining_AndSaysWhy(string fault, string reason)
    {
        for (int image = 20; image < 23; image++)
        {
            float[] good = SeenPlanes.Image("filaments", image);
            PlaneNovelty novelty = filaments.Inputs.Judge(SeenPlanes.Sample(fault switch
            {
                "blurred" => SeenPlanes.Blurred(good),
                "noisy" => SeenPlanes.Noisy(good, 0.15 * (good.Max() - good.Min())),
                "upside down" => SeenPlanes.UpsideDown(good),
                "saturated" => SeenPlanes.Saturated(good),
                "empty" => SeenPlanes.Noisy(new float[good.Length], 10),
                _ => new float[good.Length],
            }));
            Assert.True(novelty.OutOfDistribution > 1, $"{novelty.OutOfDistribution}");
            IReadOnlyList<string> words = UnusualFeatures.Reasons(novelty);
            Assert.True(words.Any(word => word.Contains(reason, StringComparison.Ordinal)), string.Join("; ", words));
        }
    }

    [Fact]
    public void Judge_SeveralKinds_GoesByTheNearest()
    {
        KnownPlane[] spots =
        [
            .. Enumerable.Range(0, 12).Select(image => SeenPlanes.Known("spots", image, isTraining: image < 9, group: "spots", channel: 1)),
        ];
        InputDistribution both = InputDistribution.Fit([.. filaments.Planes, .. spots])!;
        Assert.Equal([("g", null), ("spots", 1L)], both.Kinds.Select(kind => (kind.Group, kind.Channel)));
        PlaneNovelty spot = both.Judge(SeenPlanes.Sample(SeenPlanes.Image("spots", 20)));
        PlaneNovelty filament = both.Judge(SeenPlanes.Sample(SeenPlanes.Image("filaments", 20)));
        Assert.Equal(("spots", "g"), (spot.Kind.Group, filament.Kind.Group));
        Assert.True(
            spot.OutOfDistribution <= 1 && filament.OutOfDistribution <= 1,
            $"{spot.OutOfDistribution}, {filament.OutOfDistribution}");
        // As if it were alone.
        Assert.Equal(
            filaments.Inputs.Judge(SeenPlanes.Sample(SeenPlanes.Image("filaments", 20))).OutOfDistribution,
            filament.OutOfDistribution);
    }

    [Fact]
    public void Fit_TooManyKinds_AreTakenTogether()
    {
        KnownPlane[] planes =
        [
            .. Enumerable.Range(0, 33)
                .Select(i => filaments.Planes[i % filaments.Planes.Count] with { Group = $"{i}", Image = $"{i}", IsTraining = true }),
        ];
        InputKind kind = Assert.Single(InputDistribution.Fit(planes)!.Kinds);
        Assert.Equal((null, null, 33, 33), (kind.Group, kind.Channel, kind.Planes, kind.HeldOut));
    }

    [Fact]
    public void Fit_NothingHeldOut_IsNull()
    {
        Assert.Null(InputDistribution.Fit([]));
        Assert.Null(InputDistribution.Fit([filaments.Planes[0]]));
        Assert.Null(InputDistribution.Fit([filaments.Planes[0] with { IsTraining = false }]));
        // One plane of validation is enough, and so are two of one image.
        Assert.NotNull(InputDistribution.Fit([filaments.Planes[0], filaments.Planes[^1]]));
        Assert.Equal(
            2,
            InputDistribution.Fit([filaments.Planes[0], filaments.Planes[1] with { Image = filaments.Planes[0].Image }])!.Kinds[0].HeldOut);
    }

    [Fact]
    public void ModelFile_OfInputs_JudgesTheSame()
    {
        ModelCard card = Models.ModelCardTests.Example with { Inputs = filaments.Inputs };
        IReadOnlyList<WeightArray> arrays = InputDistributionArrays.From(filaments.Inputs);
        InputDistribution? read = ModelCard.FromMetadata(
            new Dictionary<string, string> { [ModelCard.MetadataKey] = card.ToJson() },
            "a").Inputs;
        InputDistribution again = InputDistributionArrays.Complete(read, arrays, "a")!;
        foreach (int image in (int[])[20, 21])
        {
            PlaneSample sample = SeenPlanes.Sample(SeenPlanes.Image("filaments", image));
            // Arrays are float32.
            Assert.Equal(filaments.Inputs.Judge(sample).OutOfDistribution, again.Judge(sample).OutOfDistribution, 1e-4);
        }
        Assert.Equal(["trust.mean", "trust.deviation", "trust.whitening"], arrays.Select(array => array.Name));
        Assert.All(arrays, array => Assert.True(InputDistributionArrays.Includes(array)));
        SrBatchException fault = Assert.Throws<SrBatchException>(
            () => InputDistributionArrays.Complete(read, [.. arrays.Skip(1)], "m.safetensors"));
        Assert.Equal(
            (
                ExitCode.ImagesFailed,
                "m.safetensors: array 'trust.mean' has 0 values; expected 51 for each of the 1 kinds of inputs in the card"),
            (fault.ExitCode, fault.Message));
        Assert.Null(InputDistributionArrays.Complete(read! with { FeatureSet = 2 }, arrays, "a"));
        Assert.Null(InputDistributionArrays.Complete(null, arrays, "a"));
    }

    [Fact]
    public void Fit_Twice_GivesTheSameNumbers()
    {
        InputDistribution again = InputDistribution.Fit(filaments.Planes)!;
        Assert.Equal(
            InputDistributionArrays.From(filaments.Inputs).SelectMany(array => array.Values.ToArray()),
            InputDistributionArrays.From(again).SelectMany(array => array.Values.ToArray()));
        Assert.Equal(
            (filaments.Inputs.Kinds[0].DistanceLimit, filaments.Inputs.Kinds[0].FeatureLimit),
            (again.Kinds[0].DistanceLimit, again.Kinds[0].FeatureLimit));
        Assert.Equal((16, 20), (again.Kinds[0].Planes, again.Kinds[0].HeldOut));
    }
}
