using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Worker.Verbs;

namespace SrBatch.Tests.Worker.Verbs;

public class MemoryOptionTests
{
    [Theory]
    [InlineData("1G", 1L << 30)]
    [InlineData("1024M", 1L << 30)]
    [InlineData("6g", 6L << 30)]
    public void Memory_OfAtLeast1G_IsTaken(string text, long expected)
    {
        (InferVerb? verb, string errors, ExitCode exit) = Read("--memory", text);
        Assert.Equal((expected, "", ExitCode.Done), (verb!.MemoryBytes, errors, exit));
    }

    [Fact]
    public void Memory_NotGiven_IsNull() => Assert.Null(Read().Verb!.MemoryBytes);

    [Theory]
    [InlineData("1023M")]
    [InlineData("1")]
    [InlineData("lots")]
    [InlineData("1.5G")]
    [InlineData("16777217T")]
    public void Memory_AnythingElse_IsRefused_Exit64(string text) => Assert.Equal(
        (null, $"--memory is '{text}'; must be at least 1G: a whole number followed by K, M, G or T\n", ExitCode.Usage),
        Read("--memory", text));

    [Fact]
    public void ForTiles_LeavesRoomForTheRestOfTheProcess()
    {
        const long beside = 768L << 20;
        var budget = new MemoryBudget(2L << 30, 1);
        // Asked for, more is used than the node gives: whoever asks knows.
        Assert.Equal((4L << 30) - beside, budget.ForTiles(4L << 30));
        Assert.Equal((1L << 30) - beside, budget.ForTiles(1L << 30));
        Assert.Equal((2L << 30) - beside, budget.ForTiles());
        Assert.Equal(64L << 20, new MemoryBudget(512L << 20, 1).ForTiles());
    }

    private static (InferVerb? Verb, string Errors, ExitCode Exit) Read(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        VerbOptions? options = CommandLineReader.Read(
            ["infer", "--manifest", "m", "--run", "r", .. arguments],
            output,
            errors,
            out ExitCode exit);
        return ((InferVerb?)options, errors.ToString(), exit);
    }
}
