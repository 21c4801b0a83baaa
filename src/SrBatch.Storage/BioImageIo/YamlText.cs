namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// A scalar as written. Its type is decided by the reader, so that an axis called <c>y</c> does not become YAML 1.1's true.
/// </summary>
internal sealed class YamlText(string value, bool plain) : YamlItem
{
    public string Value { get; } = value;

    /// <summary>YAML's null: empty, or one of the words for null without quotes.</summary>
    public bool IsNull { get; } = plain && value is ("" or "~" or "null" or "Null" or "NULL");
}
