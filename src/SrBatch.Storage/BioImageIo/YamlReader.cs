using System.Globalization;
using SrBatch.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// Reads the first document of a YAML text from the parser's events. This needs no reflection, which Native AOT trims, and visits an alias
/// only once, however often it is used (docs/adr/0020).
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Deepest nesting of lists and maps; descriptions have about 8 levels. Each level is a recursive call.</summary>
    private const int MostDepth = 100;

    private readonly string _where;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, YamlItem> _anchors = [];

    private YamlReader(string where, TextReader text)
    {
        _where = where;
        _parser = new Parser(text);
    }

    /// <param name="where">Name of the file, at the start of messages.</param>
    /// <exception cref="SrBatchException">
    /// The text is not YAML, is empty, is nested too deeply, or has a key that is not text or appears twice (exit 65).
    /// </exception>
    public static YamlItem Read(string where, TextReader text)
    {
        var reader = new YamlReader(where, text);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            throw Bad(where, e.Start.Line, $"is not YAML ({e.Message.TrimEnd('.')})");
        }
    }

    private YamlItem Document()
    {
        while (Next() is StreamStart or DocumentStart)
        {
        }
        return _parser.Current is StreamEnd ? throw Bad("is empty") : Item(0);
    }

    /// <summary>Reads the item that starts at the current event. Afterwards the current event is the item's last one.</summary>
    private YamlItem Item(int depth)
    {
        if (depth > MostDepth)
        {
            throw Bad(FormattableString.Invariant($"is nested more than {MostDepth} deep"));
        }
        return _parser.Current switch
        {
            AnchorAlias alias => _anchors.GetValueOrDefault(alias.Value)
                ?? throw Bad($"uses '*{alias.Value}', which no '&{alias.Value}' before it defines"),
            Scalar text => Anchored(text, new YamlText(text.Value, text.Style == ScalarStyle.Plain)),
            SequenceStart list => Anchored(list, new YamlList([.. ListItems(depth)])),
            MappingStart map => Anchored(map, new YamlMap(MapItems(depth))),
            _ => throw Bad("is not YAML"),
        };
    }

    private IEnumerable<YamlItem> ListItems(int depth)
    {
        while (Next() is not SequenceEnd)
        {
            yield return Item(depth + 1);
        }
    }

    private Dictionary<string, YamlItem> MapItems(int depth)
    {
        Dictionary<string, YamlItem> items = [];
        while (Next() is not MappingEnd)
        {
            string key = _parser.Current is Scalar text ? text.Value : throw Bad("has a key that is not a word");
            Next();
            if (!items.TryAdd(key, Item(depth + 1)))
            {
                throw Bad($"has the key '{key}' twice");
            }
        }
        return items;
    }

    private YamlItem Anchored(NodeEvent at, YamlItem item)
    {
        if (!at.Anchor.IsEmpty)
        {
            _anchors[at.Anchor] = item;
        }
        return item;
    }

    private ParsingEvent Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current! : throw Bad("ends too early");
        }
        // YamlDotNet 18.1.0 throws these for some broken texts, such as "!![" and a scalar in a key of several lines (found with 600,000
        // random texts).
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw Bad("is not YAML from here on");
        }
    }

    private SrBatchException Bad(string what) => Bad(_where, _parser.Current?.Start.Line ?? 1, what);

    private static SrBatchException Bad(string where, long line, string what) =>
        new(ExitCode.ImagesFailed, string.Create(CultureInfo.InvariantCulture,
            $"{where}: line {line}: {what}; expected the description of a BioImage.IO model in YAML. Download the package again."));
}
