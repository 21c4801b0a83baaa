using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.Planning;

/// <summary>Finds the files that a scan looks at.</summary>
internal static class ScannedFolders
{
    private static readonly string[] UsualEndings = [".h5", ".hdf5", ".hdf", ".he5", ".ims", ".nc"];

    /// <summary>Finds the files below the folders, but not those in run folders. A file below two of the folders is found once.</summary>
    /// <param name="request">Folders and pattern.</param>
    /// <param name="context">Names of files and folders that are passed over are logged.</param>
    /// <param name="passedOver">Number of these files and folders.</param>
    /// <exception cref="SrBatchException">A folder does not exist (exit 64).</exception>
    public static IReadOnlyList<(string Folder, string File)> Find(ScanRequest request, RunContext context, out int passedOver)
    {
        var files = new List<(string, string)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        passedOver = 0;
        foreach (string folder in request.Folders.Select(Path.GetFullPath))
        {
            GlobFound found = GlobFiles.Find(folder, request.Match ?? "**/*", RunFolder.IsAt);
            if (found.Unreadable.Count == 0 && !Directory.Exists(folder))
            {
                throw new SrBatchException(ExitCode.Usage, $"{folder} is not a folder");
            }
            foreach (string unreadable in found.Unreadable)
            {
                passedOver++;
                Log.Warning(context.Log, unreadable);
            }
            files.AddRange(found.Files.Where(file => request.Match is not null || HasUsualEnding(file)).Where(seen.Add)
                .Select(file => (folder, file)));
            foreach (OddName name in found.NotUtf8.Where(name => name.IsFolder || request.Match is not null || HasUsualEnding(name.Path)))
            {
                passedOver++;
                Log.ImageFailed(context.Log, name.Shown, name.Problem);
            }
            if (request.Match is not null && found.OtherCase.Count > 0)
            {
                Log.Warning(context.Log,
                    $"--match '{request.Match}' passes over {found.OtherCase.Count} files in {folder} "
                    + $"whose names differ in upper and lower case only, such as {found.OtherCase[0]}");
            }
        }
        return files;
    }

    private static bool HasUsualEnding(string file) => UsualEndings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
