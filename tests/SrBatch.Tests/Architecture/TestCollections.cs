using Xunit.v3;

[assembly: CollectionBehavior(typeof(SrBatch.Tests.Architecture.TestCollections))]
[assembly: AssemblyFixture(typeof(SrBatch.Tests.EndToEnd.TrainedModel))]
[assembly: AssemblyFixture(typeof(SrBatch.Tests.EndToEnd.ExternalModels))]

namespace SrBatch.Tests.Architecture;

/// <summary>
/// Which test classes may run at once. End-to-end tests may: processes of their own do the work. The others run one after another, when
/// those are done: the leak test counts the live tensors of the whole process, and libtorch's thread count and random state are global.
/// </summary>
public sealed class TestCollections(IXunitTestAssembly assembly) : TestCollectionFactoryBase(assembly)
{
    private const string Parallel = "SrBatch.Tests.EndToEnd";

    public override string DisplayName => "end-to-end tests in parallel, others serial";

    protected override IXunitTestCollection GetDefaultTestCollection(Type testClass) => new XunitTestCollection(
        TestAssembly, collectionDefinition: null, disableParallelization: testClass.Namespace != Parallel, testClass.FullName!);
}
