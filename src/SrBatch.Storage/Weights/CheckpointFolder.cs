using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Weights;

/// <summary>The checkpoints of one training, <c>step-00001000.safetensors</c> and so on.</summary>
/// <param name="folder">Made with the first checkpoint.</param>
public sealed class CheckpointFolder(string folder)
{
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    /// <summary>Absolute path of the folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Steps that have a file, ascending; whether it is whole is not looked at.</summary>
    public IReadOnlyList<int> Steps() => !Directory.Exists(Folder) ? [] :
        Directory.EnumerateFiles(Folder, Prefix + "*" + Suffix).Select(StepOf).OfType<int>().Order().ToList();

    /// <summary>Where the checkpoint of a step lies.</summary>
    public string PathOf(int step) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}{Suffix}"));

    /// <summary>Saves so that the file is never half there.</summary>
    /// <param name="step">Training steps done; at least 0.</param>
    /// <param name="arrays">All that resuming needs.</param>
    /// <param name="metadata">Texts that travel along.</param>
    /// <returns>Absolute path of the file.</returns>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public string Save(int step, IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var path = PathOf(step);
        Safetensors.Write(path, arrays, metadata);
        return path;
    }

    /// <summary>The newest checkpoint that is whole.</summary>
    /// <returns>Null when there is none; and a warning for each newer one that was damaged.</returns>
    public (Checkpoint? Newest, IReadOnlyList<string> Warnings) NewestValid()
    {
        List<string> warnings = [];
        foreach (var step in Steps().Reverse())
        {
            try
            {
                var (arrays, metadata) = Safetensors.Read(PathOf(step));
                return (new Checkpoint(step, PathOf(step), arrays, metadata), warnings);
            }
            catch (SrBatchException e) when (e.ExitCode == ExitCode.ImagesFailed)
            {
                warnings.Add("skipped " + e.Message);
            }
        }
        return (null, warnings);
    }

    /// <summary>Deletes all checkpoints but the newest and the best.</summary>
    /// <param name="keepNewest">How many of the newest stay; at least 1.</param>
    /// <param name="bestStep">Stays whatever its age; null: none is best yet.</param>
    /// <returns>Paths deleted, oldest first.</returns>
    /// <exception cref="SrBatchException">One may not be deleted (exit 74).</exception>
    public IReadOnlyList<string> Prune(int keepNewest = 3, int? bestStep = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keepNewest, 1);
        var doomed = Steps().SkipLast(keepNewest).Where(step => step != bestStep).Select(PathOf).ToList();
        foreach (var path in doomed)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (DiskError.Of(path, e) is { } error)
            {
                throw error;
            }
        }
        return doomed;
    }

    private static int? StepOf(string path)
    {
        var digits = Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
        return digits.Length >= 8 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }
}
