using SrBatch.Core.Training;

namespace SrBatch.Torch.Training;

/// <summary>What of a step is not to be done twice when the rest is tried again with less memory.</summary>
internal sealed class StepProgress
{
    /// <summary>The discriminator has been updated, and this was its loss.</summary>
    public double? DiscriminatorLoss { get; set; }

    /// <summary>The losses have been summed over all ranks.</summary>
    public StepLosses? Losses { get; set; }

    /// <summary>Weights are being changed: what fails now cannot be tried again.</summary>
    public bool IsUpdating { get; set; }
}
