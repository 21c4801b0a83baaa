using System.Globalization;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.BioImageIo;

/// <summary>A place in a description, present or not, that reads itself or says what is wrong with it.</summary>
/// <param name="where">The description: begins the messages.</param>
/// <param name="key">E.g. <c>inputs[0].axes</c>; empty for the whole document.</param>
/// <param name="item">Null when it is missing.</param>
internal sealed class DescriptionField(string where, string key, YamlItem? item)
{
    private const string AskAuthors = "Download the package again, or ask the model's authors to mend it";

    public string Key { get; } = key;

    /// <summary>Not there, or YAML's null.</summary>
    public bool IsMissing { get; } = item is null or YamlText { IsNull: true };

    public bool IsText => !IsMissing && item is YamlText;

    public bool IsList => item is YamlList;

    /// <summary>Missing as well when this one is.</summary>
    public DescriptionField this[string name] => new(where, Key.Length == 0 ? name : $"{Key}.{name}", Map().GetValueOrDefault(name));

    /// <summary>Names of what is there and not null, in order; none when this is missing.</summary>
    public IReadOnlyList<string> Names() => [.. Map().Keys.Where(name => !this[name].IsMissing).Order(StringComparer.Ordinal)];

    /// <summary>None when missing.</summary>
    public IReadOnlyList<DescriptionField> Items() => IsMissing ? []
        : item is YamlList list ? [.. list.Items.Select((child, n) => new DescriptionField(where, string.Create(CultureInfo.InvariantCulture, $"{Key}[{n}]"), child))]
        : throw Wrong("a list");

    public string Text() => IsMissing ? throw Missing("a text") : item is YamlText text ? text.Value : throw Wrong("a text");

    public string TextOr(string fallback) => IsMissing ? fallback : Text();

    /// <param name="least">To <see cref="WindowRules.MostSide"/>.</param>
    public int Whole(int least)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {WindowRules.MostSide}");
        return IsMissing ? throw Missing(expected)
            : item is YamlText text && int.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                && value >= least && value <= WindowRules.MostSide ? value
            : throw Wrong(expected);
    }

    /// <param name="infinite">Whether YAML's <c>.inf</c> and <c>-.inf</c> will do.</param>
    public double Number(bool infinite = false)
    {
        const string expected = "a number";
        return IsMissing ? throw Missing(expected)
            : item is not YamlText text ? throw Wrong(expected)
            : text.Value.ToLowerInvariant() switch
            {
                ".inf" or "+.inf" or "inf" when infinite => double.PositiveInfinity,
                "-.inf" or "-inf" when infinite => double.NegativeInfinity,
                var finite => double.TryParse(finite, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw Wrong(expected),
            };
    }

    public double NumberOr(double fallback) => IsMissing ? fallback : Number();

    public double PositiveNumber() => Number() is > 0 and var value ? value : throw Wrong("a number above 0");

    /// <summary>What is there is well-formed, but not what srbatch can run.</summary>
    /// <param name="found">Follows the key.</param>
    /// <param name="remedy">A sentence without its full stop.</param>
    public SrBatchException Refused(string found, string remedy) => Make($"{found}. {remedy}.");

    /// <summary>What is there is not as the specification wants it.</summary>
    public SrBatchException Wrong(string expected) => Make($"is {Shown}; expected {expected}. {AskAuthors}.");

    public SrBatchException Missing(string expected) => Make($"is missing; expected {expected}. {AskAuthors}.");

    /// <summary>What was found, short enough for a message.</summary>
    public string Shown => item switch
    {
        YamlText text when !text.IsNull => $"'{Shortened(text.Value)}'",
        YamlList { Items: var items } => items.All(child => child is YamlText) ? $"[{Shortened(string.Join(", ", items.Cast<YamlText>().Select(text => text.Value)))}]" : "a list",
        YamlMap { Items.Count: 0 } => "an empty map",
        YamlMap map => $"a map of {Shortened(string.Join(", ", map.Items.Keys))}",
        _ => "null",
    };

    private IReadOnlyDictionary<string, YamlItem> Map() => IsMissing ? new Dictionary<string, YamlItem>() : item is YamlMap map ? map.Items : throw Wrong("keys and values");

    private SrBatchException Make(string what) => new(ExitCode.ImagesFailed, $"{where}: {(Key.Length == 0 ? "the description" : Key)} {what}");

    private static string Shortened(string text) => text.ReplaceLineEndings(" ") is { Length: > 80 } line ? line[..80] + "..." : text.ReplaceLineEndings(" ");
}
