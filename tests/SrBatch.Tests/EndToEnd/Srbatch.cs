using SrBatch.Tests.Architecture;

namespace SrBatch.Tests.EndToEnd;

/// <summary>The published Native AOT binary, run as a user would.</summary>
internal static class Srbatch
{
    /// <summary>SRBATCH_BINARY, else what <c>./build.sh publish</c> leaves. Without one every end-to-end test fails: skipped, they would hide what JIT cannot show.</summary>
    public static string Binary
    {
        get
        {
            string path = Path.GetFullPath(Environment.GetEnvironmentVariable("SRBATCH_BINARY") ?? Path.Combine(SourceTree.Root, "artifacts", "srbatch", "srbatch"));
            Assert.True(File.Exists(path), $"{path} does not exist. Run './build.sh publish', or set SRBATCH_BINARY to a published srbatch.");
            return path;
        }
    }

    /// <summary>Options of infer without which two runs may differ: --precision auto takes what is faster at that moment.</summary>
    public static string[] Exact => ["--threads", "1", "--precision", "fp32"];

    /// <summary>Runs to the end, outside any Slurm job.</summary>
    public static SrbatchResult Run(params string[] arguments) => RunIn([], arguments);

    /// <param name="environment">Variables added to ours, e.g. Slurm's.</param>
    public static SrbatchResult RunIn((string Name, string Value)[] environment, params string[] arguments)
    {
        using SrbatchProcess process = SrbatchProcess.Start(Binary, arguments, environment);
        return process.Wait();
    }

    public static SrbatchProcess Start(params string[] arguments) => SrbatchProcess.Start(Binary, arguments, []);

    /// <summary>Starts it as the leader of a process group of its own, so that it can be killed with its child.</summary>
    public static SrbatchProcess StartGroup(params string[] arguments) => SrbatchProcess.Start("/usr/bin/setsid", [Binary, .. arguments], []);

    /// <summary>Runs a script of bash, in which <c>"$@"</c> is srbatch with its arguments.</summary>
    public static SrbatchResult RunInShell(string script, params string[] arguments)
    {
        using SrbatchProcess process = StartInShell(script, arguments);
        return process.Wait();
    }

    /// <inheritdoc cref="RunInShell"/>
    public static SrbatchProcess StartInShell(string script, params string[] arguments) =>
        SrbatchProcess.Start("/bin/bash", ["-c", script, "bash", Binary, .. arguments], []);

    /// <summary>Runs under a bound on the size of written files.</summary>
    public static SrbatchResult RunWithFileLimit(int kilobytes, params string[] arguments)
    {
        using SrbatchProcess process = SrbatchProcess.Start("/bin/bash", ["-c", $"ulimit -f {kilobytes}; exec \"$@\"", "bash", Binary, .. arguments], []);
        return process.Wait();
    }
}
