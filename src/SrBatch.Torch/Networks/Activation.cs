namespace SrBatch.Torch.Networks;

/// <summary>The function applied to the output of a convolution.</summary>
internal enum Activation
{
    None,

    /// <summary>Slope 0.1 below zero.</summary>
    LeakyRelu,
    Relu,
    Gelu,
}
