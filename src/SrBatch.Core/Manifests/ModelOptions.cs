namespace SrBatch.Core.Manifests;

/// <summary>Which generator is trained; manifest key <c>model</c>.</summary>
public sealed record ModelOptions
{
    public static readonly IReadOnlyList<string> Networks = ["unet", "rcan", "dfcan"];

    public string Network { get; init; } = "unet";

    /// <summary>Target pixels per input pixel: 1, 2 or 4.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>
    /// Number of feature maps. In the U-Net: those of the first level, doubled at each level below (32 in the paper). In the other
    /// networks: those of every layer.
    /// </summary>
    public int Features { get; init; } = 32;

    /// <summary>Licence of the model, for its card; preferably an SPDX identifier such as <c>CC-BY-4.0</c>.</summary>
    public string? Licence { get; init; }

    /// <summary>Who made the model, for its card.</summary>
    public string? Author { get; init; }

    public IEnumerable<string> Problems()
    {
        if (!Networks.Contains(Network))
        {
            yield return $"model.network is '{Network}'; must be one of {string.Join(", ", Networks)}";
        }
        if (Scale is not (1 or 2 or 4))
        {
            yield return $"model.scale is {Scale}; must be 1, 2 or 4";
        }
        if (Features is < 4 or > 256)
        {
            yield return $"model.features is {Features}; must be 4 to 256";
        }
    }
}
