using SrBatch.ClusterTests.Lab;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests.Work;

/// <summary>
/// A training and an inference job side by side, for tests of what Slurm does to jobs: both must end in the undisturbed run's bytes.
/// </summary>
public abstract class DisturbedJobs : IClassFixture<SlurmLabFixture>, IDisposable
{
    protected DisturbedJobs(SlurmLabFixture cluster, NightWork work)
    {
        // The lab first: where it skips or fails the test, nobody would delete the folder.
        Lab = cluster.Lab;
        Folder = new TemporaryFolder();
        Night = work;
        (Trained, Enhanced) = (Folder.File("trained"), Folder.File("enhanced"));
    }

    private protected SlurmLab Lab { get; }
    private protected TemporaryFolder Folder { get; }
    private NightWork Night { get; }
    private string Trained { get; }
    private string Enhanced { get; }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts both and waits until they are in the midst of their work.</summary>
    protected string[] StartBoth(params string[] options) => StartBoth(false, options);

    /// <param name="stretch">Also stopped, so that the time limit comes before the end.</param>
    protected string[] StartBoth(bool stretch, params string[] options)
    {
        string[] ids = Submit(options);
        Lab.WaitUntil(ids[0], () => RunFiles.Checkpoints(Trained).Count > 0, "checkpoint", ShippedJob.Limit);
        Lab.WaitUntil(ids[1], () => RunFiles.ImageCount(Enhanced) > 0, "image", ShippedJob.Limit);
        if (stretch)
        {
            // Stopped like a suspended job, but its time runs on. TERM reaches a stopped process only with the CONT that Slurm sends
            // beside it.
            Assert.All(ids.SelectMany(Lab.WorkerProcesses), process => process.Signal(19));
        }
        return ids;
    }

    protected string[] Submit(params string[] options) =>
    [
        Lab.SubmitScript(Folder.Path, "train.sbatch", Night.Training, Trained, options),
        Lab.SubmitScript(Folder.Path, "infer-array.sbatch", Night.Large, Enhanced, options, Night.InferOptions),
    ];

    protected void FinishRestarted(string[] ids, params string[] settings)
    {
        foreach (string id in ids)
        {
            Lab.WaitFor(id, job => job is { State: "PENDING" or "RUNNING" or "COMPLETED", Restarts: 1 }, "restarted", ShippedJob.Limit);
            if (settings.Length > 0)
            {
                Lab.Update(id, settings);
            }
            if (Lab.Job(id).State == "PENDING")
            {
                Lab.StartNow(id);
            }
        }
        Finish(ids);
    }

    protected void Finish(string[] ids)
    {
        Assert.All(ids, id => Lab.WaitFor(id, "COMPLETED", ShippedJob.Limit));
        Assert.Equal(RunFiles.Sha256(Night.Model), RunFiles.Sha256(Path.Combine(Trained, "model.safetensors")));
        Assert.Equal(RunFiles.Images(Night.LargeRun), RunFiles.Images(Enhanced));
        Assert.Equal(NightWork.Scores(Night.LargeRun), NightWork.Scores(Enhanced));
        Assert.Empty(RunFiles.Temporaries(Trained));
        Assert.Empty(RunFiles.Temporaries(Enhanced));
        Assert.Equal(NightWork.LargeImages, JobLog.ImagesDone(Folder.Path).Count);
        Lab.ExpectNoStragglers();
    }
}
