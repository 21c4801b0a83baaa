using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Reporting;

/// <summary>
/// The rows of many runs as one table for other programs: <c>FOLDER/run=NAME/quality.parquet</c>, a partition for each run folder, by its name. A run folder is
/// known by its path without symbolic links, so that one reached by several ways is there once.
/// </summary>
internal sealed class CollectedTable
{
    /// <summary>Key of the footer's metadata: the path of the run folder whose rows these are.</summary>
    public const string RunFolderKey = "srbatch.run_folder";

    private readonly string _partition, _run;

    /// <param name="folder">The table's; made when it is not there.</param>
    /// <param name="run">What to collect.</param>
    public CollectedTable(string folder, RunFolder run)
    {
        _run = RealPath.Of(run.Path) ?? run.Path;
        _partition = Path.Combine(Path.GetFullPath(folder), HivePartition.FolderOf("run", Path.GetFileName(_run)));
    }

    public string File => Path.Combine(_partition, "quality.parquet");

    /// <summary>To be asked before any work is done.</summary>
    /// <exception cref="SrBatchException">Exit code 78: the place is another run folder's, or another program's.</exception>
    public void RequireOwn()
    {
        if (!System.IO.File.Exists(File))
        {
            return;
        }
        string? owner;
        try
        {
            owner = QualityParquet.ReadMetadata(File).GetValueOrDefault(RunFolderKey);
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"--collect: {fault.Message} Delete it, or collect into another folder.", fault);
        }
        if (owner != _run)
        {
            throw new SrBatchException(ExitCode.BadManifest, owner is null
                ? $"--collect: {File} was not written by srbatch report --collect. Delete it, or collect into another folder."
                : $"--collect: {File} has the rows of the run folder {owner}; this one is {_run}, and the table knows runs by the names of their folders. Rename one of the two or collect into another folder; if it is the same run folder, moved, delete {_partition} first.");
        }
    }

    /// <summary>Writes the run's rows in the place of those that it had there.</summary>
    /// <exception cref="SrBatchException">As <see cref="RequireOwn"/>, or the disk refused (exit 74).</exception>
    public void Write(IReadOnlyList<QualityRow> rows, RunContext context)
    {
        var metadata = new Dictionary<string, string> { [RunFolderKey] = _run };
        // Of two run folders of one name that come at the same moment, one is first; the other then is refused.
        if (!System.IO.File.Exists(File) && QualityParquet.CreatePartition(File, rows, metadata))
        {
            return;
        }
        RequireOwn();
        QualityParquet.WritePartition(File, rows, metadata);
        Leftovers.Clean(_partition, context);
    }
}
