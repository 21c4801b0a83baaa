using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Native;

/// <summary>
/// Arithmetic of tensors and numbers that keeps the number alive while native code reads it. TorchSharp converts a number into a
/// finalizable Scalar inside the call, and a garbage collection at the wrong moment frees it while libtorch still uses it
/// (docs/adr/0011). TorchSharp's own forms are banned.
/// </summary>
internal static class HeldScalars
{
    private static readonly Scalar One = 1.ToScalar();

    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    public static Tensor Plus(this Tensor a, double number)
    {
        using Scalar held = number.ToScalar();
        return a.add(held, One);
    }

    public static Tensor Times(this Tensor a, double number)
    {
        using Scalar held = number.ToScalar();
        return a.mul(held);
    }

    public static Tensor TimesInPlace(this Tensor a, double number)
    {
        using Scalar held = number.ToScalar();
        return a.mul_(held);
    }

    public static Tensor PlusInPlace(this Tensor a, double number)
    {
        using Scalar held = number.ToScalar();
        return a.add_(held, One);
    }

    /// <summary>a += factor b.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b, double factor)
    {
        using Scalar held = factor.ToScalar();
        return a.add_(b, held);
    }

    /// <summary>a += factor b c.</summary>
    public static Tensor PlusProductInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar held = factor.ToScalar();
        return a.addcmul_(b, c, held);
    }

    /// <summary>a += factor b / c.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar held = factor.ToScalar();
        return a.addcdiv_(b, c, held);
    }

    /// <summary>Raises each value to a power.</summary>
    public static Tensor ToThe(this Tensor a, double exponent)
    {
        using Scalar held = exponent.ToScalar();
        return a.pow(held);
    }

    /// <summary>TorchSharp's own square calls pow with such a number.</summary>
    public static Tensor Squared(this Tensor a) => a.mul(a);

    /// <summary>Values below <paramref name="least"/> become <paramref name="least"/>.</summary>
    public static Tensor AtLeast(this Tensor a, double least)
    {
        using Scalar held = least.ToScalar();
        return a.clamp_min(held);
    }

    /// <summary>The value of a scalar tensor.</summary>
    public static double Value(this Tensor scalar)
    {
        using Tensor local = scalar.detach().cpu().to(float64);
        return local.data<double>()[0];
    }
}
