using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Registration;

/// <summary>Makes planes comparable: takes a feature of them and scales it to mean 0 and variance 1.</summary>
internal static class FeatureImage
{
    /// <param name="planes">Planes of height x width finite values.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="blur">Standard deviation of the low-pass before taking gradients, pixels.</param>
    /// <returns>float32, planes x height x width.</returns>
    public static Tensor Of(IReadOnlyList<float[]> planes, int height, int width, PairFeature feature, double blur)
    {
        using var scope = NewDisposeScope();
        Tensor[] features = [.. planes.Select(plane => Of(plane, height, width, feature, blur))];
        return cat(features, 0).MoveToOuterDisposeScope();
    }

    private static Tensor Of(float[] plane, int height, int width, PairFeature feature, double blur)
    {
        float least = plane.Min();
        using var scope = NewDisposeScope();
        Tensor x_BHW = tensor(Array.ConvertAll(plane, value => MathF.Sqrt(value - least)), [1, height, width]);
        if (feature == PairFeature.Edges)
        {
            Tensor smooth_BHW = SeparableWindows.Reduce(x_BHW, 1, blur);
            Tensor down_BHW = smooth_BHW.diff(dim: 1), across_BHW = smooth_BHW.diff(dim: 2);
            // Differences lie between pixels: averages those before and after each pixel. At the border, the only one counts twice.
            x_BHW = (Centred(down_BHW, 1).Squared().Plus(Centred(across_BHW, 2).Squared())).sqrt();
        }
        Tensor centred_BHW = x_BHW.Plus(-x_BHW.mean().Value());
        double deviation = Math.Sqrt(centred_BHW.Squared().mean().Value());
        return centred_BHW.Times(deviation > 0 ? 1 / deviation : 0).MoveToOuterDisposeScope();
    }

    private static Tensor Centred(Tensor differences_BHW, int dim)
    {
        long last = differences_BHW.shape[dim] - 1;
        Tensor before = cat([differences_BHW.narrow(dim, 0, 1), differences_BHW], dim);
        Tensor after = cat([differences_BHW, differences_BHW.narrow(dim, last, 1)], dim);
        return before.Plus(after).Times(0.5);
    }
}
