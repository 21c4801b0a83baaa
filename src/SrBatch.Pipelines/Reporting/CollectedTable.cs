using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Reporting;

/// <summary>
/// A table with the rows of many runs, for other programs: <c>FOLDER/run=NAME/quality.parquet</c>, one partition for each run folder, under
/// its name. A run folder is identified by its path without symbolic links, so that one with several paths is in the table once.
/// </summary>
internal sealed class CollectedTable
{
    /// <summary>Key in the file's metadata for the path of the run folder.</summary>
    public const string RunFolderKey = "srbatch.run_folder";

    private readonly string _partition, _run;

    /// <param name="folder">Folder of the table; created if missing.</param>
    /// <param name="run">The run whose rows are added.</param>
    public CollectedTable(string folder, RunFolder run)
    {
        _run = RealPath.Of(run.Path) ?? run.Path;
        _partition = Path.Combine(Path.GetFullPath(folder), HivePartition.FolderOf("run", Path.GetFileName(_run)));
    }

    public string File => Path.Combine(_partition, "quality.parquet");

    /// <summary>Checks, before any work is done, that the partition is free or belongs to this run.</summary>
    /// <exception cref="SrBatchException">Exit code 78: it belongs to another run folder or another program.</exception>
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
            throw new SrBatchException(
                ExitCode.BadManifest, $"--collect: {fault.Message} Delete it, or collect into another folder.", fault);
        }
        if (owner is null)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"--collect: {File} was not written by srbatch report --collect. Delete it, or collect into another folder.");
        }
        if (owner != _run)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"--collect: {File} has the rows of the run folder {owner}; this one is {_run}, and the table identifies runs by the names "
                + "of their folders. Rename one of the two or collect into another folder; "
                + $"if it is the same run folder, moved, delete {_partition} first.");
        }
    }

    /// <summary>Writes the run's rows, and replaces those of an earlier report.</summary>
    /// <exception cref="SrBatchException">As <see cref="RequireOwn"/>; 74: the disk did not take the file.</exception>
    public void Write(IReadOnlyList<QualityRow> rows, RunContext context)
    {
        var metadata = new Dictionary<string, string> { [RunFolderKey] = _run };
        // When two run folders of the same name arrive at the same moment, the second is refused below.
        if (!System.IO.File.Exists(File) && QualityParquet.CreatePartition(File, rows, metadata))
        {
            return;
        }
        RequireOwn();
        QualityParquet.WritePartition(File, rows, metadata);
        Leftovers.Clean(_partition, context);
    }
}
