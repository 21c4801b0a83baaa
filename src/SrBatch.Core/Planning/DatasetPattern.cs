using System.Globalization;
using System.Text.RegularExpressions;

namespace SrBatch.Core.Planning;

/// <summary>
/// Path pattern of an image that is spread over several datasets. <c>{t}</c> and <c>{c}</c> stand for the number of the time point and of
/// the channel, from 0; <c>{t:00000}</c> pads with zeros. The image's axes are t, then c, then those of each dataset.
/// </summary>
public sealed partial record DatasetPattern
{
    private DatasetPattern(string text, string axes)
    {
        Text = text;
        Axes = axes;
    }

    /// <summary>As written, e.g. <c>/t{t:00000}/s{c:00}/0/cells</c>.</summary>
    public string Text { get; }

    /// <summary>The axes that the pattern numbers: <c>t</c>, <c>c</c> or <c>tc</c>.</summary>
    public string Axes { get; }

    /// <returns>Null when <paramref name="dataset"/> is the path of a single dataset.</returns>
    public static DatasetPattern? Parse(string dataset)
    {
        string named = string.Concat(Placeholder().Matches(dataset).Select(match => match.Groups[1].Value));
        string axes = string.Concat("tc".Where(axis => named.Contains(axis, StringComparison.Ordinal)));
        return axes.Length == 0 ? null : new DatasetPattern(dataset, axes);
    }

    /// <summary>Path of one dataset.</summary>
    public string At(long t, long c) => Fill(Text, t, c);

    /// <summary>Paths of all datasets of an image.</summary>
    /// <param name="shape">Lengths of the image's axes, the pattern's first.</param>
    public IEnumerable<string> Paths(IReadOnlyList<long> shape)
    {
        long times = Axes[0] == 't' ? shape[0] : 1, channels = Axes[^1] == 'c' ? shape[Axes.Length - 1] : 1;
        for (long t = 0; t < times; t++)
        {
            for (long c = 0; c < channels; c++)
            {
                yield return At(t, c);
            }
        }
    }

    /// <summary>
    /// Splits the path at the first number along <paramref name="axis"/>. Returns the group that contains the numbered part, the text of
    /// that part before and after the number, and the number's minimum digits. Other numbers are set to 0.
    /// </summary>
    public (string Group, string Before, string After, int Digits) SplitAtNumber(char axis)
    {
        Match match = Placeholder().Matches(Text).First(match => match.Groups[1].ValueSpan[0] == axis);
        int start = Text.LastIndexOf('/', match.Index) + 1, after = match.Index + match.Length, end = Text.IndexOf('/', after);
        string rest = end < 0 ? Text[after..] : Text[after..end];
        return (Fill(Text[..start], 0, 0), Fill(Text[start..match.Index], 0, 0), Fill(rest, 0, 0), match.Groups[2].Length);
    }

    public override string ToString() => Text;

    private static string Fill(string text, long t, long c) => Placeholder().Replace(text, match =>
    {
        long number = match.Groups[1].ValueSpan[0] == 't' ? t : c;
        int digits = Math.Max(1, match.Groups[2].Length);
        return number.ToString("D" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    });

    [GeneratedRegex(@"\{([tc])(?::(0{1,18}))?\}")]
    private static partial Regex Placeholder();
}
