using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SrBatch.Core.Manifests;

/// <summary>Shares of the images for training, validation and test, in any unit: only the proportions count.</summary>
public readonly record struct SplitShares(double Train, double Validation, double Test)
{
    /// <summary>Reads <c>80/10/10</c>.</summary>
    public static bool TryParse(string text, out SplitShares shares)
    {
        shares = default;
        double[] parts = [.. text.Split('/').Select(Share)];
        if (parts.Length != 3 || !parts.All(double.IsFinite) || parts.Sum() <= 0)
        {
            return false;
        }
        shares = new SplitShares(parts[0], parts[1], parts[2]);
        return true;
    }

    /// <summary>
    /// Assigns images in the order of a hash of their ids: it looks random, but the same list gives the same splits on every machine.
    /// </summary>
    /// <param name="ids">Must be distinct.</param>
    /// <returns>The split of each id. With three images or more, every split whose share is above 0 gets at least one.</returns>
    public IReadOnlyDictionary<string, Split> Assign(IReadOnlyCollection<string> ids)
    {
        double total = Train + Validation + Test;
        int count = ids.Count, least = count >= 3 ? 1 : 0;
        int test = Test > 0 ? Math.Max(least, (int)Math.Round(count * Test / total)) : 0;
        int validation = Validation > 0 ? Math.Max(least, (int)Math.Round(count * Validation / total)) : 0;
        // Rounding up can leave no image for training, or assign more images than there are.
        while (test + validation > count - (Train > 0 ? least : 0))
        {
            _ = test > validation ? test-- : validation--;
        }
        // Without a training share, rounding down must not leave images over.
        if (Train <= 0)
        {
            (test, validation) = Validation > 0 ? (test, count - test) : (count, 0);
        }
        return ids.OrderBy(id => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id))), StringComparer.Ordinal)
            .Select((id, i) => (id, Split: i < test ? Split.Test : i < test + validation ? Split.Validation : Split.Train))
                .ToDictionary(pair => pair.id, pair => pair.Split, StringComparer.Ordinal);
    }

    private static double Share(string part)
    {
        bool valid = double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share);
        return valid ? share : double.NaN;
    }
}
