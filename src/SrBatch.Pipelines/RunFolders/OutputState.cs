using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// Tells which evaluation is of an output as it is now. A file that was not changed since is not opened; else the hash of its pixels
/// decides, so that copies and outputs that were made again alike keep their scores.
/// </summary>
/// <param name="path">The output.</param>
/// <param name="dataset">Of the output.</param>
/// <param name="image">Of the plan.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="reading">How the output is opened.</param>
internal sealed class OutputState(string path, string dataset, PlannedImage image, int scale, Hdf5ReadOptions reading)
{
    private readonly Lazy<string?> _sha256 = new(() =>
        image.Input is { } input ? OutputPixels.Sha256Of(path, dataset, input, scale, reading) : null);

    /// <returns>The rows of the newest evaluation of this output; they are a failure if it cannot be read. Null: there is none.</returns>
    public QualityRow[]? NewestOf(ImageRows? known)
    {
        DateTimeOffset? changed = known is null ? null : OutputPixels.ChangedAt(path);
        return known?.Evaluations.FirstOrDefault(
            rows => rows[0].OutputChangedAt == changed || rows[0].OutputSha256 == _sha256.Value);
    }
}
