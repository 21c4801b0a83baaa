using SrBatch.Core.Randomness;

namespace SrBatch.Core.Training;

/// <summary>
/// Draws the patches of a step as a function of (seed, step), so that a resumed training sees the same as an uninterrupted one. Some come
/// from where there is structure, the rest from anywhere.
/// </summary>
public sealed class PatchSampler
{
    private readonly long _seed;
    private readonly IReadOnlyList<PatchPlane> _planes;
    private readonly int _side;
    private readonly double _structure;

    /// <summary>Running sums of the planes' shares in the draws by structure; empty if there are no such draws.</summary>
    private readonly double[] _shares;

    /// <param name="seed">Of the training.</param>
    /// <param name="planes">None smaller than <paramref name="side"/>.</param>
    /// <param name="side">Side of an input patch, pixels.</param>
    /// <param name="structure">Share of the patches drawn in proportion to structure, 0 to 1. Above 0, every plane needs a map.</param>
    public PatchSampler(long seed, IReadOnlyList<PatchPlane> planes, int side, double structure)
    {
        (_seed, _planes, _side, _structure) = (seed, planes, side, structure);
        _shares = structure > 0 ? new double[planes.Count] : [];
        double sum = 0;
        for (int i = 0; i < _shares.Length; i++)
        {
            _shares[i] = sum += planes[i].Structure!.Share;
        }
    }

    /// <param name="step">Step number, from 1.</param>
    /// <param name="count">Patches of the step.</param>
    /// <returns>
    /// Draws in all eight orientations with equal probability. Draws not made by structure come from all planes and positions with equal
    /// probability.
    /// </returns>
    public IReadOnlyList<PatchDraw> Draw(int step, int count)
    {
        var random = new SampleRandom((ulong)_seed, (ulong)step);
        var draws = new PatchDraw[count];
        for (int i = 0; i < count; i++)
        {
            // Without structure no number is drawn for the choice: such trainings see the same as before there was a choice.
            bool isByStructure = _structure > 0 && random.NextDouble() < _structure;
            int plane = isByStructure ? Cumulative.Find<double>(_shares, random.NextDouble() * _shares[^1]) : random.NextInt(_planes.Count);
            (long row, long column) = isByStructure
                ? _planes[plane].Structure!.Draw(ref random)
                : (Offset(ref random, _planes[plane].Height), Offset(ref random, _planes[plane].Width));
            draws[i] = new PatchDraw(plane, row, column, random.NextInt(8));
        }
        return draws;
    }

    private long Offset(ref SampleRandom random, long length) => random.NextInt(checked((int)(length - _side + 1)));
}
