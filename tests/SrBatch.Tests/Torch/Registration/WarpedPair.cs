using System.Globalization;
using System.Runtime.InteropServices;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Registration;
using SrBatch.Torch.Simulation;

namespace SrBatch.Tests.Torch.Registration;

/// <summary>A simulated pair whose target was warped by scipy with a known field.</summary>
internal sealed class WarpedPair
{
    /// <summary>
    /// Position p of the frame corresponds to T(p) = turn p + shift + bend(p) in the target. The target is the high image sampled at the
    /// inverse of T, with splines of order 5. The bend is white noise smoothed by a sixth of the field.
    /// </summary>
    private const string Warp = """
        import numpy, sys
        from scipy import ndimage
        path, side, dy, dx, degrees, scale, bend, contrast = sys.argv[1], int(sys.argv[2]), *map(float, sys.argv[3:8]), sys.argv[8]
        high = numpy.fromfile(path, "<u2").reshape(side, side).astype(float)
        a = numpy.deg2rad(degrees)
        turn = scale * numpy.array([[numpy.cos(a), -numpy.sin(a)], [numpy.sin(a), numpy.cos(a)]])
        random = numpy.random.default_rng(7)
        field = numpy.stack([ndimage.gaussian_filter(random.normal(size=(side, side)), side / 6, mode="reflect") for _ in "yx"], -1)
        field *= bend / numpy.hypot(field[..., 0], field[..., 1]).max()
        middle = (side - 1) / 2
        def forward(p):
            at = [p[..., 0], p[..., 1]]
            bent = numpy.stack([ndimage.map_coordinates(field[..., i], at, order=1, mode="nearest") for i in (0, 1)], -1)
            return (p - middle) @ turn.T + middle + [dy, dx] + bent
        grid = numpy.stack(numpy.meshgrid(numpy.arange(side), numpy.arange(side), indexing="ij"), -1).astype(float)
        p = grid.copy()
        for _ in range(30):
            p += (grid - forward(p)) @ numpy.linalg.inv(turn).T
        target = ndimage.map_coordinates(high, [p[..., 0], p[..., 1]], order=5, mode="reflect")
        low, top = numpy.percentile(high, [1, 99.5])
        unit = numpy.clip((target - low) / (top - low), 0, 1.5)
        target = {"same": target, "inverted": 1000 - 900 * unit, "gamma": 1000 * unit ** 0.5}[contrast]
        target.astype("<f4").tofile(path + ".target")
        forward(grid[::4, ::4]).astype("<f4").tofile(path + ".truth")
        smooth = ndimage.gaussian_filter(high, 4)
        (smooth > numpy.percentile(smooth, 70))[::4, ::4].astype("<f4").tofile(path + ".shown")
        """;

    private readonly float[] _truth, _shown;

    /// <param name="pair">The simulation, whose image 0 is used.</param>
    /// <param name="warp">dy dx degrees scale bend, then the contrast: same, inverted or gamma.</param>
    public WarpedPair(SimulationOptions pair, string warp)
    {
        using var folder = new TemporaryFolder();
        SimulatedPair simulated = PairSimulator.Simulate(pair, 0);
        string path = folder.File("high");
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<ushort>(simulated.High));
        ChildProcess.Python(Warp, [path, simulated.HighHeight.ToString(CultureInfo.InvariantCulture), .. warp.Split(' ')]);
        Geometry = new PairGeometry(simulated.LowHeight, simulated.LowWidth, simulated.HighHeight, simulated.HighWidth, pair.Scale);
        Planes = new ImagePair(Array.ConvertAll(simulated.Low, value => (float)value), Floats(path + ".target"));
        _truth = Floats(path + ".truth");
        _shown = Floats(path + ".shown");
    }

    public PairGeometry Geometry { get; }
    public ImagePair Planes { get; }

    /// <summary>
    /// Distances between the mapped and the true positions, in ascending order, pixels. Uses every fourth pixel that lies in the target
    /// and shows structure: the brightest three tenths of the smoothed image. The warp of empty places cannot be seen.
    /// </summary>
    public double[] Errors(FrameMap map)
    {
        int columns = (Geometry.FrameWidth + 3) / 4;
        List<double> errors = [];
        for (int i = 0; i < _truth.Length / 2; i++)
        {
            double trueY = _truth[2 * i], trueX = _truth[(2 * i) + 1];
            if (_shown[i] > 0 && trueY >= 0 && trueX >= 0 && trueY <= Geometry.TargetHeight - 1 && trueX <= Geometry.TargetWidth - 1)
            {
                (double y, double x) = map.At(i / columns * 4, i % columns * 4);
                errors.Add(Math.Sqrt(((y - trueY) * (y - trueY)) + ((x - trueX) * (x - trueX))));
            }
        }
        return [.. errors.Order()];
    }

    private static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}
