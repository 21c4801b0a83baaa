using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SrBatch.Core.Manifests;

/// <summary>Which share of the images trains, validates and tests.</summary>
/// <param name="Train">Any unit; only proportions count.</param>
/// <param name="Validation">As above.</param>
/// <param name="Test">As above.</param>
public readonly record struct SplitShares(double Train, double Validation, double Test)
{
    /// <summary>Reads <c>80/10/10</c>.</summary>
    public static bool TryParse(string text, out SplitShares shares)
    {
        shares = default;
        double[] parts = [.. text.Split('/').Select(part => double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) ? share : double.NaN)];
        if (parts.Length != 3 || !parts.All(double.IsFinite) || parts.Sum() <= 0)
        {
            return false;
        }
        shares = new SplitShares(parts[0], parts[1], parts[2]);
        return true;
    }

    /// <summary>Shares images out in an order that looks random but is their names' own: the same list gives the same splits on every machine.</summary>
    /// <param name="ids">Distinct.</param>
    /// <returns>A split for each id. A split with a share gets at least one image when there are three or more.</returns>
    public IReadOnlyDictionary<string, Split> Assign(IReadOnlyCollection<string> ids)
    {
        double total = Train + Validation + Test;
        int count = ids.Count, least = count >= 3 ? 1 : 0;
        int test = Test > 0 ? Math.Max(least, (int)Math.Round(count * Test / total)) : 0;
        int validation = Validation > 0 ? Math.Max(least, (int)Math.Round(count * Validation / total)) : 0;
        // Rounded up, the two may leave nothing to train on, or be more than there is; rounded down, leave what nobody has a share in.
        while (test + validation > count - (Train > 0 ? least : 0))
        {
            _ = test > validation ? test-- : validation--;
        }
        if (Train <= 0)
        {
            (test, validation) = Validation > 0 ? (test, count - test) : (count, 0);
        }
        return ids.OrderBy(id => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id))), StringComparer.Ordinal)
            .Select((id, i) => (id, Split: i < test ? Split.Test : i < test + validation ? Split.Validation : Split.Train))
            .ToDictionary(pair => pair.id, pair => pair.Split, StringComparer.Ordinal);
    }
}
