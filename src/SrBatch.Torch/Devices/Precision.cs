namespace SrBatch.Torch.Devices;

/// <summary>Numbers that a network computes in. Whatever it is, images go in and come out as float32.</summary>
public enum Precision
{
    Fp32,

    /// <summary>The 8 bits of exponent of float32 and 8 of its 24 of mantissa; sums are float32.</summary>
    Bf16,
}
