namespace SrBatch.Storage.BioImageIo;

/// <summary>A scalar as it was written; what it means is decided where it is read, so that an axis called <c>y</c> is not YAML 1.1's true.</summary>
internal sealed class YamlText(string value, bool plain) : YamlItem
{
    public string Value { get; } = value;

    /// <summary>YAML's null: nothing, or one of its words without quotes.</summary>
    public bool IsNull { get; } = plain && value is ("" or "~" or "null" or "Null" or "NULL");
}
