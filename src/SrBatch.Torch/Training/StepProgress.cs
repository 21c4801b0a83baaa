using SrBatch.Core.Training;

namespace SrBatch.Torch.Training;

/// <summary>State of a training step that survives a retry after running out of memory.</summary>
internal sealed class StepProgress
{
    /// <summary>The discriminator's loss, once it has been updated.</summary>
    public double? DiscriminatorLoss { get; set; }

    /// <summary>The losses, once they have been summed over all ranks.</summary>
    public StepLosses? Losses { get; set; }

    /// <summary>With <see cref="Losses"/>: makes the pixel term a mean over the pixels that count.</summary>
    public double PixelFactor { get; set; } = 1;

    /// <summary>True while weights are changed: what fails then cannot be tried again.</summary>
    public bool IsUpdating { get; set; }
}
