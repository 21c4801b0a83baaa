using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;

namespace SrBatch.Tests.Pipelines.Reporting.Page;

/// <summary>Rows of a report.</summary>
internal static class PageRows
{
    /// <summary>A plane with a target, its input at 20 dB and SSIM 0.5.</summary>
    public static QualityRow Scored(
        string image,
        double psnrDb,
        string group = "actin",
        string split = "test",
        double ssim = 0.75,
        int? z = null) =>
        Plane(image, group, split) with
        {
            PsnrDb = psnrDb,
            PsnrInputDb = 20,
            Ssim = ssim,
            SsimInput = 0.5,
            Z = z,
        };

    public static QualityRow Plane(string image, string group = "actin", string split = "infer") => new()
    {
        Run = "night",
        Image = image,
        Group = group,
        Split = split,
        Width = 64,
        Height = 32,
        Verdict = Verdict.Pass,
        Seconds = 0.5,
        Device = "cpu",
        Version = "0.1.0",
    };

    public static QualityRow Failed(string image, string reason) =>
        Plane(image) with { Width = null, Height = null, Seconds = null, Verdict = Verdict.Fail, Reasons = reason };

    public static PlannedImage Left(string id) => new() { Id = id, Group = "actin", Split = Split.Test };
}
