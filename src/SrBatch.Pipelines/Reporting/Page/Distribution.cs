using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Distribution of one score over the planes of each group, with the same bins for all groups.</summary>
/// <param name="Key">Key of the <see cref="ScoreKind"/>.</param>
/// <param name="Low">Lower end of the first bin.</param>
/// <param name="High">Upper end of the last bin.</param>
/// <param name="Rows">Ordered by split, group and channel; groups without this score are left out.</param>
internal sealed record Distribution(string Key, double Low, double High, IReadOnlyList<DistributionRow> Rows)
{
    private const int Bins = 40;

    public static Distribution Of(ScoreKind kind, IReadOnlyList<QualityRow> rows)
    {
        double[] all = [.. rows.Select(row => kind.Of(row)).OfType<double>()];
        (double low, double high) = (all.Min(), all.Max());
        if (kind.IsGain)
        {
            (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        }
        if (high <= low)
        {
            double margin = Math.Pow(10, -kind.Digits);
            (low, high) = (low - margin, high + margin);
        }
        bool hasChannels = rows.Select(row => row.C).Distinct().Count() > 1;
        return new Distribution(kind.Key, low, high,
        [
            .. rows.Where(row => kind.Of(row) is not null)
                .GroupBy(row => (row.Split, row.Group, C: hasChannels ? row.C : null))
                .OrderBy(group => group.Key.Split, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Group, StringComparer.Ordinal)
                .ThenBy(group => group.Key.C)
                .Select(group => Row(group.Key, [.. group.Select(row => kind.Of(row)!.Value).Order()], low, high, kind.Digits + 2)),
        ]);
    }

    private static DistributionRow Row(
        (string Split, string Group, int? Channel) of,
        double[] ascending,
        double low,
        double high,
        int digits)
    {
        int[] counts = new int[Bins];
        foreach (double value in ascending)
        {
            counts[Math.Clamp((int)((value - low) / (high - low) * Bins), 0, Bins - 1)]++;
        }
        double mean = Math.Round(ascending.Average(), digits);
        return new DistributionRow(of.Group, of.Split, of.Channel, ascending.Length, mean, At(0.25), At(0.5), At(0.75), counts);

        // Interpolates between ranks as numpy.quantile does.
        double At(double share)
        {
            double rank = share * (ascending.Length - 1);
            int below = (int)rank;
            double next = ascending[Math.Min(below + 1, ascending.Length - 1)];
            return Math.Round(ascending[below] + ((next - ascending[below]) * (rank - below)), digits);
        }
    }
}
