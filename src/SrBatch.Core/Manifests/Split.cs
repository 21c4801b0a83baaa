namespace SrBatch.Core.Manifests;

/// <summary>What an image is for. Everything but <see cref="Train"/> is enhanced by <c>infer</c>.</summary>
public enum Split
{
    Train,

    /// <summary>Scored during training, to choose and to stop; never trained on.</summary>
    Validation,

    /// <summary>Held out, with a target: scored after inference.</summary>
    Test,

    /// <summary>No target needed.</summary>
    Infer,
}
