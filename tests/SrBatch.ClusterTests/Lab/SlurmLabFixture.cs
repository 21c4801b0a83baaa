namespace SrBatch.ClusterTests.Lab;

/// <summary>One lab for all tests of a class, started when the first asks for it.</summary>
public sealed class SlurmLabFixture : IDisposable
{
    // Lazy keeps the exception of a start that failed: every test shows it, and none tries again.
    private readonly Lazy<SlurmLab> _lab = new(SlurmLab.Start);

    // The end by a signal too: without it the daemons would go on until the next tests.
    public SlurmLabFixture() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();

    /// <summary>Skips the test where Slurm is not installed.</summary>
    internal SlurmLab Lab
    {
        get
        {
            IReadOnlyList<string> missing = SlurmPrograms.Missing();
            Assert.SkipWhen(missing.Count > 0, $"no {string.Join(", ", missing)} on this machine: apt-get install {SlurmPrograms.Packages}");
            return _lab.Value;
        }
    }

    public void Dispose()
    {
        if (_lab.IsValueCreated)
        {
            _lab.Value.Dispose();
        }
    }
}
