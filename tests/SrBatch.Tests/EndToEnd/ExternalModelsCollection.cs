namespace SrBatch.Tests.EndToEnd;

/// <summary>Classes that share one <see cref="ExternalModels"/>.</summary>
[CollectionDefinition(nameof(ExternalModels))]
public sealed class ExternalModelsCollection : ICollectionFixture<ExternalModels>;
