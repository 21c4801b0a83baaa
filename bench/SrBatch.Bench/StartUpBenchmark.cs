namespace SrBatch.Bench;

/// <summary>Wall time of <c>srbatch --help</c> beside that of importing PyTorch: medians of 11 interleaved rounds, warm page cache.</summary>
internal static class StartUpBenchmark
{
    private const int Rounds = 11;

    internal static string Binary => Environment.GetEnvironmentVariable("SRBATCH_BINARY") ?? "artifacts/srbatch/srbatch";

    public static void Run()
    {
        var ours = new List<double>();
        var theirs = new List<double>();
        for (int round = 0; round <= Rounds; round++)
        {
            double help = Peer.Run(Binary, "--help").Time.TotalMilliseconds, import = Peer.Run("/usr/bin/python3", "-c", "import torch").Time.TotalMilliseconds;
            if (round > 0)
            {
                ours.Add(help);
                theirs.Add(import);
            }
        }
        Console.WriteLine(FormattableString.Invariant($"startup: srbatch --help {Peer.Median(ours):F1} ms, python3 -c 'import torch' {Peer.Median(theirs):F0} ms, ratio {Peer.Median(theirs) / Peer.Median(ours):F0}"));
    }
}
