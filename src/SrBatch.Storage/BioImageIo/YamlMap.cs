namespace SrBatch.Storage.BioImageIo;

internal sealed class YamlMap(IReadOnlyDictionary<string, YamlItem> items) : YamlItem
{
    public IReadOnlyDictionary<string, YamlItem> Items { get; } = items;
}
