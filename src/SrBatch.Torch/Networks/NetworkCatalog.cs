using SrBatch.Core.Manifests;

namespace SrBatch.Torch.Networks;

/// <summary>The generators by the names that manifests use; a new one is a line here and in <see cref="ModelOptions.Networks"/>.</summary>
public static class NetworkCatalog
{
    /// <returns>A network with random weights drawn from torch's global generator.</returns>
    public static Network Create(ModelOptions model) => model.Network switch
    {
        "unet" => new UNet(model.Features, model.Scale),
        _ => throw new ArgumentOutOfRangeException(nameof(model), model.Network, "not in the catalogue"),
    };
}
