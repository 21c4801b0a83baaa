using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Weights;

/// <summary>The checkpoints of one training: <c>step-00001000.safetensors</c> and so on.</summary>
/// <param name="folder">Created with the first checkpoint.</param>
public sealed class CheckpointFolder(string folder)
{
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    /// <summary>Absolute path of the folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Steps that have a file, ascending. The files are not checked.</summary>
    public IReadOnlyList<int> Steps() => !Directory.Exists(Folder) ? [] :
        Directory.EnumerateFiles(Folder, Prefix + "*" + Suffix).Select(StepOf).OfType<int>().Order().ToList();

    /// <summary>Path of a step's checkpoint.</summary>
    public string PathOf(int step) =>
        Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}{Suffix}"));

    /// <summary>Saves a checkpoint. The file appears only when it is complete.</summary>
    /// <param name="step">Number of training steps done, at least 0.</param>
    /// <param name="arrays">Everything needed to resume.</param>
    /// <param name="metadata">Texts to store in the file's metadata.</param>
    /// <returns>Absolute path of the file.</returns>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    public string Save(int step, IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var path = PathOf(step);
        Safetensors.Write(path, arrays, metadata);
        return path;
    }

    /// <summary>Reads the newest checkpoint that is not damaged.</summary>
    /// <returns>The checkpoint, null when there is none; and a warning for each newer one that is damaged.</returns>
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

    /// <summary>Deletes all checkpoints except the newest ones and the best one.</summary>
    /// <param name="keepNewest">Number of newest checkpoints to keep, at least 1.</param>
    /// <param name="bestStep">Step of the best checkpoint, which is always kept; null when there is none yet.</param>
    /// <returns>Paths of the deleted files, oldest first.</returns>
    /// <exception cref="SrBatchException">A file cannot be deleted (exit 74).</exception>
    public IReadOnlyList<string> Prune(int keepNewest = 3, int? bestStep = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keepNewest, 1);
        var superseded = Steps().SkipLast(keepNewest).Where(step => step != bestStep).Select(PathOf).ToList();
        foreach (var path in superseded)
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
        return superseded;
    }

    private static int? StepOf(string path)
    {
        var digits = Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
        return digits.Length >= 8 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }
}
