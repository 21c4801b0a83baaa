// Test classes run at once: most of their time they wait for Slurm. Each has a Slurm of its own, so that none sees another's jobs.
[assembly: AssemblyFixture(typeof(SrBatch.Tests.EndToEnd.TrainedModel))]
[assembly: AssemblyFixture(typeof(SrBatch.ClusterTests.Work.NightWork))]
