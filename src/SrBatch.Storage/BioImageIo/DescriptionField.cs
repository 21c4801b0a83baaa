using System.Globalization;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.BioImageIo;

/// <summary>A field of a description, present or missing, with methods that read it or report what is wrong with it.</summary>
/// <param name="where">Name of the description, at the start of messages.</param>
/// <param name="key">Key of the field, e.g. <c>inputs[0].axes</c>; empty for the whole document.</param>
/// <param name="item">Null when the field is missing.</param>
internal sealed class DescriptionField(string where, string key, YamlItem? item)
{
    private const string AskAuthors = "Download the package again, or ask the model's authors to fix it";

    public string Key { get; } = key;

    /// <summary>True when the field does not exist or is null.</summary>
    public bool IsMissing { get; } = item is null or YamlText { IsNull: true };

    public bool IsText => !IsMissing && item is YamlText;

    public bool IsList => item is YamlList;

    /// <summary>The field with this name inside this one; missing when this one is.</summary>
    public DescriptionField this[string name] =>
        new(where, Key.Length == 0 ? name : $"{Key}.{name}", Map().GetValueOrDefault(name));

    /// <summary>Names of the fields inside this one that are not missing, in ordinal order; empty when this one is missing.</summary>
    public IReadOnlyList<string> Names() => [.. Map().Keys.Where(name => !this[name].IsMissing).Order(StringComparer.Ordinal)];

    /// <summary>The items of a list; empty when the field is missing.</summary>
    public IReadOnlyList<DescriptionField> Items() => IsMissing ? []
        : item is YamlList list ? [.. list.Items.Select((child, n) => new DescriptionField(where, KeyOf(n), child))]
        : throw Invalid("a list");

    public string Text() => IsMissing ? throw Missing("a text") : item is YamlText text ? text.Value : throw Invalid("a text");

    public string TextOr(string fallback) => IsMissing ? fallback : Text();

    /// <summary>Reads a whole number.</summary>
    /// <param name="least">Smallest number allowed; the largest is <see cref="WindowRules.MostSide"/>.</param>
    public int Integer(int least)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {WindowRules.MostSide}");
        return IsMissing ? throw Missing(expected)
            : item is YamlText text && int.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                && value >= least && value <= WindowRules.MostSide ? value
            : throw Invalid(expected);
    }

    /// <summary>Reads a number.</summary>
    /// <param name="infinite">Whether YAML's <c>.inf</c> and <c>-.inf</c> are allowed.</param>
    public double Number(bool infinite = false)
    {
        const string expected = "a number";
        return IsMissing ? throw Missing(expected)
            : item is not YamlText text ? throw Invalid(expected)
            : text.Value.ToLowerInvariant() switch
            {
                ".inf" or "+.inf" or "inf" when infinite => double.PositiveInfinity,
                "-.inf" or "-inf" when infinite => double.NegativeInfinity,
                var finite => double.TryParse(finite, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value) ? value : throw Invalid(expected),
            };
    }

    public double NumberOr(double fallback) => IsMissing ? fallback : Number();

    public double PositiveNumber() => Number() is > 0 and var value ? value : throw Invalid("a number above 0");

    /// <summary>The field is valid, but srbatch does not support it.</summary>
    /// <param name="found">What was found; printed after the key.</param>
    /// <param name="remedy">What the user can do: a sentence without its full stop.</param>
    public SrBatchException Unsupported(string found, string remedy) => Make($"{found}. {remedy}.");

    /// <summary>The field is not as the specification requires.</summary>
    public SrBatchException Invalid(string expected) => Make($"is {Shown}; expected {expected}. {AskAuthors}.");

    public SrBatchException Missing(string expected) => Make($"is missing; expected {expected}. {AskAuthors}.");

    /// <summary>The field's content, shortened for messages.</summary>
    public string Shown => item switch
    {
        YamlText text when !text.IsNull => $"'{Shortened(text.Value)}'",
        YamlList { Items: var items } when items.All(child => child is YamlText) =>
            $"[{Shortened(string.Join(", ", items.Cast<YamlText>().Select(text => text.Value)))}]",
        YamlList => "a list",
        YamlMap { Items.Count: 0 } => "an empty map",
        YamlMap map => $"a map of {Shortened(string.Join(", ", map.Items.Keys))}",
        _ => "null",
    };

    private IReadOnlyDictionary<string, YamlItem> Map() => IsMissing ? new Dictionary<string, YamlItem>()
        : item is YamlMap map ? map.Items
        : throw Invalid("keys and values");

    private string KeyOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{Key}[{index}]");

    private SrBatchException Make(string what) =>
        new(ExitCode.ImagesFailed, $"{where}: {(Key.Length == 0 ? "the description" : Key)} {what}");

    private static string Shortened(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length > 80 ? line[..80] + "..." : line;
    }
}
