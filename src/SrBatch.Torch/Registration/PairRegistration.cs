using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Registration;

/// <summary>
/// Registers a target with its input in the stages of Wang et al. 2019 (doi 10.1038/s41592-018-0239-0, Methods): coarse search, affine,
/// and elastic from coarse to fine. docs/register.md describes each.
/// </summary>
public sealed class PairRegistration
{
    // Shape suffixes: B planes that share one map, H rows, W columns.

    /// <summary>Standard deviation of the low-pass before reducing images, pixels of the reduced image.</summary>
    private const double PyramidSigma = 0.5;

    /// <summary>Shortest side of a pyramid level, pixels.</summary>
    private const int ShortestSide = 64;

    private const int CoarsestFactor = 4, AffinePasses = 3, ElasticPasses = 5;

    /// <summary>Largest shift in block matching, pixels of the level: in the first affine pass of a level, and in the others.</summary>
    private const int FirstRadius = 4, Radius = 3;

    /// <summary>Variance of block shifts that counts as noise, in units of the variance that the noise in their windows explains.</summary>
    private const double NoiseFactor = 1.2;

    /// <summary>Standard deviation of the low-pass that separates smooth from white differences, pixels.</summary>
    private const double GrainSigma = 2;

    /// <summary>With a peak of intensities above this, edges are not tried; standard deviations.</summary>
    private const double PlainPeak = 25;

    /// <summary>Blurs of the target to try, frame pixels.</summary>
    private static readonly double[] Blurs = [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6];

    private readonly PairGeometry _geometry;
    private readonly Tensor _input_BHW;
    private readonly Tensor _target_BHW;
    private readonly CoarseMatch _coarse;
    private readonly CancellationToken _stop;
    private double _blur = Blurs[0];

    private PairRegistration(
        PairGeometry geometry,
        Tensor input_BHW,
        Tensor target_BHW,
        CoarseMatch coarse,
        CancellationToken stop) =>
        (_geometry, _input_BHW, _target_BHW, _coarse, _stop) = (geometry, input_BHW, target_BHW, coarse, stop);

    /// <param name="planes">Planes that share one map, such as the slices of a stack; at least one. All values finite.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was set.</exception>
    public static PairAlignment Register(IReadOnlyList<ImagePair> planes, PairGeometry geometry, CancellationToken stop)
    {
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        float[][] inputs = [.. planes.Select(plane =>
            new CubicSpline(plane.Input, geometry.Height, geometry.Width).Enlarged(geometry.Scale))];
        float[][] targets = [.. planes.Select(plane => plane.Target)];
        PairRegistration? best = null;
        foreach (PairFeature feature in (ReadOnlySpan<PairFeature>)[PairFeature.Intensity, PairFeature.Edges])
        {
            Tensor input_BHW = FeatureImage.Of(inputs, geometry.FrameHeight, geometry.FrameWidth, feature, 1.5 * geometry.Scale);
            Tensor target_BHW = FeatureImage.Of(targets, geometry.TargetHeight, geometry.TargetWidth, feature, 1.5 * geometry.Scale);
            CoarseMatch coarse = CoarseSearch.Find(input_BHW, target_BHW, feature, stop);
            // Edges are noisier: they are used only when their peak is clearly higher.
            if (best is null || coarse.Peak > 1.3 * best._coarse.Peak)
            {
                best = new PairRegistration(geometry, input_BHW, coarse.IsInverted ? target_BHW.neg() : target_BHW, coarse, stop);
            }
            if (coarse.Peak > PlainPeak)
            {
                break;
            }
        }
        return best!.Refine();
    }

    private PairAlignment Refine()
    {
        int side = Math.Min(_geometry.FrameHeight, _geometry.FrameWidth);
        int[] factors = [.. new[] { CoarsestFactor, 2, 1 }.Where(factor => factor == 1 || side / factor >= ShortestSide)];
        FrameMap map = new(_coarse.Map);
        foreach (int factor in factors)
        {
            _blur = factor == 1 ? ChooseBlur(map) : _blur;
            map = RefineAffine(map, factor);
        }
        foreach (int factor in factors)
        {
            _blur = factor == 1 ? ChooseBlur(map) : _blur;
            map = RefineElastic(map, factor);
        }
        BlockShifts left = Match(map, 1, Radius);
        left.RejectOutliers(1);
        double residual = left.MedianLength();
        return new PairAlignment
        {
            Map = map,
            Feature = _coarse.Feature,
            IsInverted = _coarse.IsInverted,
            CoarsePeak = _coarse.Peak,
            CorrelationBefore = Correlation(new FrameMap(AffineMap.Identity), _blur, 0),
            CorrelationAfter = Correlation(map, _blur, 0),
            ResidualPx = double.IsNaN(residual) ? null : residual,
            UsableShare = left.UsedShare,
        };
    }

    private FrameMap RefineAffine(FrameMap map, int factor)
    {
        for (int pass = 0; pass < AffinePasses; pass++)
        {
            BlockShifts shifts = Match(map, factor, pass == 0 ? FirstRadius : Radius);
            AffineMap fit = AffineFit.Of(shifts, (_geometry.FrameHeight - 1) / 2.0, (_geometry.FrameWidth - 1) / 2.0);
            map = new FrameMap(map.Affine.After(fit));
        }
        return map;
    }

    private FrameMap RefineElastic(FrameMap map, int factor)
    {
        for (int pass = 0; pass < ElasticPasses; pass++)
        {
            BlockShifts shifts = Match(map, factor, Radius);
            shifts.RejectOutliers(factor);
            var start = shifts.Shift.With(new double[2 * shifts.Count]);
            if (map.Elastic is not null)
            {
                start.Sample(map.Elastic);
            }
            for (int block = 0; block < shifts.Count; block++)
            {
                shifts.Shift.Y[block] += start.Y[block];
                shifts.Shift.X[block] += start.X[block];
            }
            map = map with { Elastic = SmoothFit.Of(shifts, start, NoiseFactor) };
        }
        return map;
    }

    private BlockShifts Match(FrameMap map, int factor, int radius)
    {
        _stop.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        (Tensor input_BHW, Tensor target_BHW, Tensor isCovered_HW) = Level(map, factor, _blur);
        return BlockMatcher.Match(input_BHW, target_BHW, isCovered_HW, radius, factor, Grain(input_BHW, target_BHW, isCovered_HW));
    }

    /// <summary>
    /// Number of pixels over which the difference of the images is correlated: 1 for white noise, more where interpolation, optics or
    /// out-of-focus light make it smooth.
    /// </summary>
    private static double Grain(Tensor input_BHW, Tensor target_BHW, Tensor isCovered_HW)
    {
        using var scope = NewDisposeScope();
        Tensor a = SeparableWindows.HighPass(input_BHW * isCovered_HW, BlockMatcher.Sigma) * isCovered_HW;
        Tensor b = SeparableWindows.HighPass(target_BHW * isCovered_HW, BlockMatcher.Sigma) * isCovered_HW;
        double slope = (a * b).sum().Value() / Math.Max((b * b).sum().Value(), 1e-12);
        Tensor difference_BHW = a.Plus(b.Times(-slope));
        Tensor smooth_BHW = SeparableWindows.Reduce(difference_BHW, 1, GrainSigma);
        double ratio = smooth_BHW.Squared().mean().Value() / Math.Max(difference_BHW.Squared().mean().Value(), 1e-12);
        return Math.Max(1, ratio * 4 * Math.PI * GrainSigma * GrainSigma);
    }

    /// <summary>Both images at a level of the pyramid, with the target moved by the map.</summary>
    private (Tensor Input_BHW, Tensor Target_BHW, Tensor IsCovered_HW) Level(FrameMap map, int factor, double blur)
    {
        double sigma = PyramidSigma * factor;
        Tensor input_BHW = SeparableWindows.Reduce(_input_BHW, factor, sigma);
        using Tensor reduced_BHW = SeparableWindows.Reduce(_target_BHW, factor, Math.Sqrt((sigma * sigma) + (blur * blur)));
        int planes = (int)input_BHW.shape[0], height = (int)input_BHW.shape[1], width = (int)input_BHW.shape[2];
        float[] moved = new float[planes * height * width], covered = new float[height * width];
        for (int plane = 0; plane < planes; plane++)
        {
            using Tensor plane_HW = reduced_BHW[plane];
            var spline = new CubicSpline(plane_HW.data<float>().ToArray(), (int)reduced_BHW.shape[1], (int)reduced_BHW.shape[2]);
            int first = plane * height * width;
            RowLoop.Run(height, row =>
            {
                for (int column = 0; column < width; column++)
                {
                    (double y, double x) = map.At(((row + 0.5) * factor) - 0.5, ((column + 0.5) * factor) - 0.5);
                    (y, x) = (((y + 0.5) / factor) - 0.5, ((x + 0.5) / factor) - 0.5);
                    if (spline.Covers(y, x))
                    {
                        moved[first + (row * width) + column] = spline.At(y, x);
                        covered[(row * width) + column] = 1;
                    }
                }
            });
        }
        return (input_BHW, tensor(moved, [planes, height, width]), tensor(covered, [height, width]));
    }

    /// <summary>
    /// Finds the blur that makes the target most similar to the input, as images are best compared at the input's resolution.
    /// </summary>
    private double ChooseBlur(FrameMap map)
    {
        double best = Blurs[0], highest = double.NegativeInfinity;
        foreach (double blur in Blurs)
        {
            double correlation = Correlation(map, blur, 16) ?? 0;
            if (correlation <= highest)
            {
                break;
            }
            (best, highest) = (blur, correlation);
        }
        return best;
    }

    /// <param name="shading">Coarser structure is removed, pixels; 0: none.</param>
    private double? Correlation(FrameMap map, double blur, double shading)
    {
        using var scope = NewDisposeScope();
        (Tensor input_BHW, Tensor target_BHW, Tensor isCovered_HW) = Level(map, 1, blur);
        if (shading > 0)
        {
            (input_BHW, target_BHW) = (SeparableWindows.HighPass(input_BHW, shading), SeparableWindows.HighPass(target_BHW, shading));
        }
        double pixels = isCovered_HW.sum().Value() * input_BHW.shape[0];
        if (pixels < 2)
        {
            return null;
        }
        Tensor a = input_BHW * isCovered_HW, b = target_BHW * isCovered_HW;
        double meanA = a.sum().Value() / pixels, meanB = b.sum().Value() / pixels;
        double varianceA = ((a * a).sum().Value() / pixels) - (meanA * meanA);
        double varianceB = ((b * b).sum().Value() / pixels) - (meanB * meanB);
        double covariance = ((a * b).sum().Value() / pixels) - (meanA * meanB);
        return varianceA > 0 && varianceB > 0 ? Math.Clamp(covariance / Math.Sqrt(varianceA * varianceB), -1, 1) : null;
    }
}
