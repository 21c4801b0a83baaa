namespace SrBatch.Pipelines.Planes;

/// <summary>Chooses a few of many, evenly spread over all, always the same.</summary>
internal static class EvenSpread
{
    /// <returns>In the order of <paramref name="all"/>; all of them if there are at most <paramref name="most"/>.</returns>
    public static T[] Of<T>(IReadOnlyList<T> all, int most)
    {
        int count = Math.Min(most, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }
}
