namespace SrBatch.Torch.Devices;

/// <summary>The number type in which a network computes. Images are float32 before and after.</summary>
public enum Precision
{
    Fp32,

    /// <summary>bfloat16: the 8 exponent bits of float32 and 8 of its 24 mantissa bits. Sums are float32.</summary>
    Bf16,
}
