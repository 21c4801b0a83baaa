using SrBatch.Core.Randomness;

namespace SrBatch.Core.Training;

/// <summary>Draws the patches of a step as a function of (seed, step), so that a resumed training sees what an uninterrupted one would have.</summary>
/// <param name="seed">Of the training.</param>
/// <param name="planeSizes">Height and width of each training plane, input pixels; none smaller than <paramref name="side"/>.</param>
/// <param name="side">Side of an input patch, pixels.</param>
public sealed class PatchSampler(long seed, IReadOnlyList<(long Height, long Width)> planeSizes, int side)
{
    /// <param name="step">Step number, from 1.</param>
    /// <param name="count">Patches of the step.</param>
    /// <returns>Planes uniformly, positions uniformly, all eight orientations alike.</returns>
    public IReadOnlyList<PatchDraw> Draw(int step, int count)
    {
        var random = new SampleRandom((ulong)seed, (ulong)step);
        var draws = new PatchDraw[count];
        for (int i = 0; i < count; i++)
        {
            int plane = random.NextInt(planeSizes.Count);
            (long height, long width) = planeSizes[plane];
            draws[i] = new PatchDraw(plane, Offset(ref random, height), Offset(ref random, width), random.NextInt(8));
        }
        return draws;
    }

    private long Offset(ref SampleRandom random, long length) => random.NextInt(checked((int)(length - side + 1)));
}
