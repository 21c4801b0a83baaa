using SrBatch.Core.Exports;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;

namespace SrBatch.Torch.Networks;

/// <summary>
/// The generators by their names in manifests. To add one: a line here, and its name in <see cref="ModelOptions.Networks"/>.
/// </summary>
public static class NetworkCatalog
{
    private static readonly Dictionary<string, NetworkKind> Kinds = new()
    {
        ["unet"] = new((features, scale) => new UNet(features, scale), nameof(UNet)),
        ["rcan"] = new((features, scale) => new Rcan(features, scale), nameof(Rcan),
            new(
                "Zhang et al., Image super-resolution using very deep residual channel attention networks, ECCV (2018)",
                "10.1007/978-3-030-01234-2_18"),
            new(
                "Chen et al., Three-dimensional residual channel attention networks denoise and sharpen fluorescence microscopy "
                    + "image volumes, Nature Methods 18, 678-687 (2021)",
                "10.1038/s41592-021-01155-x")),
        ["dfcan"] = new((features, scale) => new Dfcan(features, scale), nameof(Dfcan),
            new Citation(
                "Qiao et al., Evaluation and development of deep neural networks for image super-resolution in optical microscopy, "
                    + "Nature Methods 18, 194-202 (2021)",
                "10.1038/s41592-020-01048-5")),
    };

    public static IEnumerable<string> Names => Kinds.Keys;

    /// <returns>A network with random weights drawn from torch's global generator.</returns>
    public static Network Create(ModelOptions model) => Kinds[model.Network].Create(model.Features, model.Scale);

    /// <summary>Describes a model for other programs. Needs no libtorch.</summary>
    public static ExportedNetwork Export(ModelCard card)
    {
        NetworkKind kind = Kinds[card.Model.Network];
        return new ExportedNetwork(card, kind.PythonClass, [Citation.Wang2019, .. kind.Papers]);
    }
}
