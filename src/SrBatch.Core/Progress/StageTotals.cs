using System.Text.Json;

namespace SrBatch.Core.Progress;

/// <summary>
/// The seconds that each stage of inference spent. Reading, the network, writing and scoring run in parallel, each on its own thread: the
/// network's seconds and those that it waited are the elapsed time; the others are not added to it.
/// </summary>
/// <param name="ReadingSeconds">Reading, unpacking, finding the intensity range, normalising.</param>
/// <param name="NetworkSeconds">Running the network.</param>
/// <param name="WritingSeconds">Packing, and writing the output to disk.</param>
/// <param name="ScoringSeconds">Comparing with the target and judging, including reading for it.</param>
/// <param name="WaitedForReadingSeconds">The network waited for input.</param>
/// <param name="WaitedForWritingSeconds">The network waited because writing or scoring was behind.</param>
/// <param name="WaitedForEndSeconds">From the network's last block until the last image was written and scored.</param>
/// <param name="ComputedPixels">Input pixels that the network computed, including halos.</param>
/// <param name="KeptPixels">Input pixels that the network computed, without halos.</param>
public sealed record StageTotals(
    double ReadingSeconds, double NetworkSeconds, double WritingSeconds, double ScoringSeconds,
    double WaitedForReadingSeconds, double WaitedForWritingSeconds, double WaitedForEndSeconds, long ComputedPixels, long KeptPixels)
{
    public static StageTotals None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    public StageTotals Plus(StageTotals other) => new(
        ReadingSeconds + other.ReadingSeconds,
        NetworkSeconds + other.NetworkSeconds,
        WritingSeconds + other.WritingSeconds,
        ScoringSeconds + other.ScoringSeconds,
        WaitedForReadingSeconds + other.WaitedForReadingSeconds,
        WaitedForWritingSeconds + other.WaitedForWritingSeconds,
        WaitedForEndSeconds + other.WaitedForEndSeconds,
        ComputedPixels + other.ComputedPixels,
        KeptPixels + other.KeptPixels);

    /// <summary>Seconds to the millisecond.</summary>
    public StageTotals Rounded() => new(
        Math.Round(ReadingSeconds, 3), Math.Round(NetworkSeconds, 3), Math.Round(WritingSeconds, 3), Math.Round(ScoringSeconds, 3),
        Math.Round(WaitedForReadingSeconds, 3), Math.Round(WaitedForWritingSeconds, 3), Math.Round(WaitedForEndSeconds, 3),
        ComputedPixels, KeptPixels);

    /// <summary>One line; docs/run-folder.md explains the keys.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StageTotalsJson.Default.StageTotals);

    /// <returns>Null if the text is not such JSON. Missing keys count as 0, unknown keys are ignored.</returns>
    public static StageTotals? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StageTotalsJson.Default.StageTotals);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
