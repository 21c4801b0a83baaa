namespace SrBatch.Storage.BioImageIo;

/// <summary>A value of a YAML document: <see cref="YamlText"/>, <see cref="YamlList"/> or <see cref="YamlMap"/>. Aliases share what they point to.</summary>
internal abstract class YamlItem;
