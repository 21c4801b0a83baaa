using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// Finds outputs that something damaged after they were done: truncated, empty, not HDF5. Only the first bytes and the length of each are
/// looked at, so that this costs no more than a look whether the file is there.
/// </summary>
internal static class DamagedOutputs
{
    /// <summary>Moves damaged outputs away, so that their images are made again. Nothing is deleted.</summary>
    public static void SetAside(RunFolder run, IEnumerable<PlannedImage> images, RunContext context)
    {
        foreach (string output in images.Select(image => run.Image(image.Id)).Where(File.Exists))
        {
            try
            {
                Hdf5File.RequireWhole(output);
            }
            catch (SrBatchException damaged) when (damaged.InnerException is null)
            {
                string aside = output + ".damaged";
                try
                {
                    File.Move(output, aside, overwrite: true);
                    Log.Warning(context.Log, $"{damaged.Message} It is kept as {aside}, and the image is made again.");
                }
                catch (FileNotFoundException)
                {
                    // Another task of the shard was faster.
                }
            }
            catch (SrBatchException unreadable)
            {
                // It may be whole: a disk or a permission is at fault.
                Log.Warning(context.Log, $"{unreadable.Message} It counts as done.");
            }
        }
    }
}
