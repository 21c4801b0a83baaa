namespace SrBatch.Storage.BioImageIo;

internal sealed class YamlList(IReadOnlyList<YamlItem> items) : YamlItem
{
    public IReadOnlyList<YamlItem> Items { get; } = items;
}
