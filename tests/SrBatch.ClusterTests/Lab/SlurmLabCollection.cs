namespace SrBatch.ClusterTests.Lab;

/// <summary>Classes that share one <see cref="SlurmLab"/>, one <see cref="Work.NightWork"/> and one <see cref="SrBatch.Tests.EndToEnd.TrainedModel"/>.</summary>
[CollectionDefinition(nameof(SlurmLab))]
public sealed class SlurmLabCollection : ICollectionFixture<SlurmLabFixture>, ICollectionFixture<SrBatch.Tests.EndToEnd.TrainedModel>, ICollectionFixture<Work.NightWork>;
