using SrBatch.Core.Errors;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Torch.Collectives;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>What must be alike on all ranks. The messages name the ranks that differ, and their nodes.</summary>
internal static class RankChecks
{
    /// <summary>How late a file that rank 0 wrote may appear on another node.</summary>
    private static readonly TimeSpan LatestAppearance = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(100);

    /// <exception cref="SrBatchException">Exit code 69: this node does not see a file that rank 0 wrote.</exception>
    public static void RequireFile(string path, TrainingHost host)
    {
        for (long began = host.Context.Time.GetTimestamp(); !File.Exists(path); Thread.Sleep(Pause))
        {
            if (host.Context.Time.GetElapsedTime(began) > LatestAppearance)
            {
                throw new SrBatchException(
                    ExitCode.Unavailable,
                    $"{path} does not exist here, but {host.Names!.Of(0)} sees it: the run folder must be on a disk that all nodes share. "
                    + "Is a mount missing on this node?");
            }
        }
    }

    /// <exception cref="SrBatchException">Exit code 65: ranks can use other planes than rank 0.</exception>
    public static void RequireSamePlanes(TrainingPlanes planes, ICollective ranks, RankNames names)
    {
        double[] digests = ranks.Gather(planes.Digest());
        double[] counts = ranks.Gather(planes.Planes.Count);
        double[] images = ranks.Gather(planes.ImageCount);
        int[] others = [.. Enumerable.Range(0, digests.Length).Where(rank => digests[rank] != digests[0])];
        if (others.Length > 0)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{Of(0)}, but {string.Join("; ", others.Take(8).Select(Of))}: a node does not see the same files, or reads them "
                + "differently. Is a mount missing there? See the errors above; 'srbatch check' on each node tells more.");
        }

        string Of(int rank) => $"{names.Of(rank)} can use {counts[rank]} training planes of {images[rank]} images";
    }

    /// <returns>The values of all ranks. All ranks call it together.</returns>
    private static double[] Gather(this ICollective ranks, double own)
    {
        double[] all = new double[ranks.Size];
        all[ranks.Rank] = own;
        ranks.Sum(all);
        return all;
    }
}
