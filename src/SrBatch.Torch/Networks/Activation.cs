namespace SrBatch.Torch.Networks;

/// <summary>What follows a convolution.</summary>
internal enum Activation
{
    None,

    /// <summary>Of slope 0.1.</summary>
    LeakyRelu,
    Relu,
    Gelu,
}
