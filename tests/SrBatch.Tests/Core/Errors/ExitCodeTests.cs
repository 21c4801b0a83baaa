using SrBatch.Core.Errors;

namespace SrBatch.Tests.Core.Errors;

public class ExitCodeTests
{
    [Fact]
    public void Values_AreWhatScriptsAndSlurmConfigurationsCompareWith() => Assert.Equal(
        "Done 0, Usage 64, ImagesFailed 65, Unavailable 69, Bug 70, CannotWrite 74, Stopped 75, RestartsUsedUp 76, BadManifest 78",
        string.Join(", ", Enum.GetValues<ExitCode>().Select(code => $"{code} {(int)code}")));

    [Fact]
    public void FromProblems_ListsEachOnALineOfItsOwn()
    {
        Assert.Equal("m.json: 1 problem\n  a", SrBatchException.FromProblems("m.json", ["a"]).Message);
        SrBatchException two = SrBatchException.FromProblems("m.json", ["a", "b"]);
        Assert.Equal((ExitCode.BadManifest, "m.json: 2 problems\n  a\n  b"), (two.ExitCode, two.Message));
    }
}
