namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// A value in a YAML document: <see cref="YamlText"/>, <see cref="YamlList"/> or <see cref="YamlMap"/>. An alias is the same object.
/// </summary>
internal abstract class YamlItem;
