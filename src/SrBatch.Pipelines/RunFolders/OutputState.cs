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
    private (DateTimeOffset? ChangedAt, string? Sha256)? _hashed;

    /// <summary>When the file was changed last; null if there is none.</summary>
    public DateTimeOffset? ChangedAt => OutputPixels.ChangedAt(path);

    /// <summary>Whether an evaluation knows the file by its time, so that it need not be opened.</summary>
    public bool IsKnownByTime(ImageRows? known) => ChangedAt is { } changed && OfTime(known, changed) is not null;

    /// <returns>The rows of the newest evaluation of this output; they are a failure if it cannot be read. Null: there is none.</returns>
    public QualityRow[]? NewestOf(ImageRows? known)
    {
        if (known?.Evaluations.Any() != true)
        {
            return null;
        }
        DateTimeOffset? changed = ChangedAt;
        string? sha256 = OfTime(known, changed) is { } same ? same[0].OutputSha256 : Sha256(changed);
        return known.Evaluations.FirstOrDefault(rows => rows[0].OutputChangedAt == changed || rows[0].OutputSha256 == sha256);
    }

    private static QualityRow[]? OfTime(ImageRows? known, DateTimeOffset? changed) =>
        known?.Evaluations.FirstOrDefault(rows => rows[0].OutputChangedAt == changed);

    private string? Sha256(DateTimeOffset? changed)
    {
        if (_hashed is not { } hashed || hashed.ChangedAt != changed)
        {
            hashed = (changed, image.Input is { } input ? OutputPixels.Sha256Of(path, dataset, input, scale, reading) : null);
            _hashed = hashed;
        }
        return hashed.Sha256;
    }
}
