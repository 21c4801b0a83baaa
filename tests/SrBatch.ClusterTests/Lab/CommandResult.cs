namespace SrBatch.ClusterTests.Lab;

/// <summary>What a command of Slurm left.</summary>
internal sealed record CommandResult(string Command, int Code, string Output, string Errors)
{
    /// <summary>Fails with everything that was written unless the command succeeded.</summary>
    /// <returns>What it wrote to its standard output, without white space around it.</returns>
    public string Expect()
    {
        Assert.True(Code == 0, ToString());
        return Output.Trim();
    }

    public override string ToString() => $"{Command} ended with {Code}:\n{Errors}{Output}";
}
