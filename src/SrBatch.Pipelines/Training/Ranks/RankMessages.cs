using System.Text.Json;
using SrBatch.Torch.Collectives;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>What the ranks of a training tell each other besides gradients and losses. All ranks call these together.</summary>
internal static class RankMessages
{
    /// <returns>What rank 0 decided; the argument of other ranks does not count.</returns>
    public static StartDecision FromFirst(this ICollective ranks, StartDecision own) => (StartDecision)(int)ranks.FromFirst((double)own);

    /// <param name="own">Null on all ranks but rank 0.</param>
    public static ResumePoint FromFirst(this ICollective ranks, ResumePoint? own)
    {
        byte[] text = own is null ? [] : JsonSerializer.SerializeToUtf8Bytes(own, RankMessagesJson.Default.ResumePoint);
        double[] values = new double[(int)ranks.FromFirst((double)text.Length)];
        for (int i = 0; i < text.Length; i++)
        {
            values[i] = text[i];
        }
        ranks.Sum(values);
        return JsonSerializer.Deserialize([.. values.Select(value => (byte)value)], RankMessagesJson.Default.ResumePoint)!;
    }

    /// <param name="own">Other ranks than rank 0 say only whether a signal came; the rest is false and 0.</param>
    public static StepDecision Agree(this ICollective ranks, StepDecision own)
    {
        Span<double> sums = [own.IsStopped ? 1 : 0, own.ShouldEnd ? 1 : 0, own.IsBest ? 1 : 0, own.RateFactor];
        ranks.Sum(sums);
        return new StepDecision(sums[0] > 0, sums[1] > 0, sums[2] > 0, sums[3]);
    }
}
