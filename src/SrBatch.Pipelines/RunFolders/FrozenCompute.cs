using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// What the tasks of a verb compute with, in <c>compute/VERB.json</c>. The first task writes it, the others follow it: they compute alike.
/// </summary>
internal sealed record FrozenCompute
{
    private const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary><c>fp32</c> or <c>bf16</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>True if the user asked for the precision. Otherwise bf16 is for the models that it costs no quality.</summary>
    public required bool IsPrecisionAsked { get; init; }

    /// <summary>Memory for windows that the tiles are chosen for, bytes; null for training.</summary>
    public long? WindowBytes { get; init; }

    public required string Reason { get; init; }

    /// <summary>For people: the job or process, and its node.</summary>
    public required string DecidedBy { get; init; }

    /// <returns>What was written first: <paramref name="own"/> or another task's.</returns>
    public static FrozenCompute Ensure(string path, Func<FrozenCompute> own)
    {
        if (Read(path) is { } found)
        {
            return found;
        }
        FrozenCompute made = own();
        return AtomicFile.CreateNew(path, JsonSerializer.Serialize(made, FrozenComputeJson.Default.FrozenCompute) + "\n")
            ? made
            : Read(path) ?? made;
    }

    private static FrozenCompute? Read(string path)
    {
        string problem;
        try
        {
            FrozenCompute? found = JsonSerializer.Deserialize(File.ReadAllText(path), FrozenComputeJson.Default.FrozenCompute);
            if (found is { Format: CurrentFormat, Device: "cpu" or "cuda", Precision: "fp32" or "bf16" })
            {
                return found;
            }
            problem = $"format {found?.Format}, device '{found?.Device}', precision '{found?.Precision}'";
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException fault)
        {
            problem = fault.Message;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{path}: cannot be read ({fault.Message}). All tasks of the run need it: let its owner give the others read permission "
                + "(chmod g+r), or delete it: the next task then decides again what the run computes with.");
        }
        throw new SrBatchException(
            ExitCode.BadManifest,
            $"{path}: not written by this version of srbatch ({problem}). Use a new run folder, or delete this file: the next task then "
            + "decides again what the run computes with.");
    }
}
