namespace SrBatch.Core.Manifests;

/// <summary>Words that manifests use for the values of each enum.</summary>
internal static class ManifestEnums
{
    public static readonly Dictionary<string, Split> Splits = new()
    {
        ["train"] = Split.Train,
        ["validation"] = Split.Validation,
        ["test"] = Split.Test,
        ["infer"] = Split.Infer,
    };

    public static readonly Dictionary<string, LossKind> Losses = new()
    {
        ["gan"] = LossKind.Gan,
        ["mse"] = LossKind.Mse,
        ["l1"] = LossKind.L1,
    };

    public static readonly Dictionary<string, PixelLoss?> PixelLosses = new() { ["mse"] = PixelLoss.Mse, ["l1"] = PixelLoss.L1 };

    public static readonly Dictionary<string, LearningRateSchedule> Schedules = new()
    {
        ["oneCycle"] = LearningRateSchedule.OneCycle,
        ["cosine"] = LearningRateSchedule.Cosine,
        ["plateau"] = LearningRateSchedule.Plateau,
        ["constant"] = LearningRateSchedule.Constant,
    };

    public static readonly Dictionary<string, TargetIntensity> TargetIntensities = new()
    {
        ["regressed"] = TargetIntensity.Regressed,
        ["percentiles"] = TargetIntensity.Percentiles,
    };

    public static readonly Dictionary<string, HaloRule> HaloRules = new() { ["exact"] = HaloRule.Exact, ["auto"] = HaloRule.Auto };

    public static readonly Dictionary<string, OutputType> OutputTypes = new()
    {
        ["float32"] = OutputType.Float32,
        ["input"] = OutputType.Input,
    };
}
