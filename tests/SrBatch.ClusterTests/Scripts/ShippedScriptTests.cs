using SrBatch.ClusterTests.Lab;

namespace SrBatch.ClusterTests.Scripts;

public sealed class ShippedScriptTests(SlurmLabFixture cluster) : IClassFixture<SlurmLabFixture>
{
    public static TheoryData<string> Names { get; } = [.. ShippedScripts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void ShippedScript_HasNoProblems(string name) => Assert.Empty(BatchScript.Problems(File.ReadAllText(ShippedScripts.PathOf(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void ShippedScript_AsItIs_IsTakenBySbatch(string name) => cluster.Lab.Run("sbatch", "--test-only", ShippedScripts.PathOf(name)).Expect();

    [Fact]
    public void ShippedScript_AsAnArrayWithAGpu_IsTakenBySbatch() => cluster.Lab.Run("sbatch", "--test-only", "--array=0-15%8", "--gres=gpu:1", ShippedScripts.PathOf("infer-array.sbatch")).Expect();
}
