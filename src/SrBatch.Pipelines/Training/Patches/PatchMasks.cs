using SrBatch.Core.Training;

namespace SrBatch.Pipelines.Training.Patches;

/// <summary>
/// Marks the target pixels of batches that do not count, because they or their input pixels are not finite. Most batches have none, and
/// then no mask. Several threads may work on different patches.
/// </summary>
/// <param name="batches">Without masks.</param>
/// <param name="scale">Target pixels per input pixel along each axis.</param>
internal sealed class PatchMasks(IReadOnlyList<PatchBatch> batches, int scale)
{
    private readonly float[]?[] _masks = new float[batches.Count][];

    /// <summary>Looks at a patch as it was read, before normalisation and before it is turned.</summary>
    public void Add(int batch, int patch, int orientation, ReadOnlySpan<float> input, ReadOnlySpan<float> target)
    {
        if (AreFinite(input) && AreFinite(target))
        {
            return;
        }
        int inputSide = batches[batch].InputSide, side = batches[batch].TargetSide;
        float[] mask = new float[side * side];
        for (int i = 0; i < mask.Length; i++)
        {
            int inputPixel = (i / side / scale * inputSide) + (i % side / scale);
            mask[i] = float.IsFinite(input[inputPixel]) && float.IsFinite(target[i]) ? 1 : 0;
        }
        float[] all = LazyInitializer.EnsureInitialized(ref _masks[batch], () =>
        {
            float[] ones = new float[batches[batch].Targets.Length];
            Array.Fill(ones, 1);
            return ones;
        });
        SquarePatch.Orient(mask, all.AsSpan(patch * mask.Length, mask.Length), side, orientation);
    }

    public IReadOnlyList<PatchBatch> Apply() =>
        [.. batches.Select((batch, i) => _masks[i] is { } mask ? batch with { Mask = mask } : batch)];

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }
        return true;
    }
}
