namespace SrBatch.Core.Manifests;

/// <summary>What an image is used for. <c>infer</c> enhances all but the training images.</summary>
public enum Split
{
    Train,

    /// <summary>Scored during training to choose the weights and to stop early; never trained on.</summary>
    Validation,

    /// <summary>Held out of training; has a target and is scored after inference.</summary>
    Test,

    /// <summary>Enhanced only; needs no target.</summary>
    Infer,
}
