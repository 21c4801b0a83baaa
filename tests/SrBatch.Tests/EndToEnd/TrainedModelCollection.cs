namespace SrBatch.Tests.EndToEnd;

/// <summary>Classes that share one <see cref="TrainedModel"/>.</summary>
[CollectionDefinition(nameof(TrainedModel))]
public sealed class TrainedModelCollection : ICollectionFixture<TrainedModel>;
