using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SrBatch.Core.Errors;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What an ended srbatch left: its exit code (128 + n after signal n) and all that it wrote.</summary>
internal sealed partial record SrbatchResult(string Command, int Code, string Output, string Errors)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>Fails with everything that was written unless the process ended as expected.</summary>
    public SrbatchResult Expect(ExitCode code)
    {
        Assert.True(Code == (int)code, $"srbatch {Command} ended with {Code}, not {(int)code}:\n{Errors}\n{Output}");
        return this;
    }

    /// <summary>Messages of a level, without time and level; those of several lines as one.</summary>
    public IReadOnlyList<string> Logged(string level) =>
        [.. LineStart().Split(Errors).Skip(1).Chunk(2).Where(message => message[0] == level).Select(message => message[1].TrimEnd('\n'))];

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (info|warning|error) +", RegexOptions.Multiline)]
    private static partial Regex LineStart();
}
