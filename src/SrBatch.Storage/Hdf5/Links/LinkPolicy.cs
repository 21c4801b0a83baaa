using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>
/// The folders into which the links of one file may lead. Compares real paths, so that <c>..</c> and symbolic links neither circumvent the
/// rule nor break it.
/// </summary>
internal sealed class LinkPolicy
{
    private readonly List<string> _folders;

    /// <param name="file">
    /// Absolute path of the file. Its folder and all folders below are allowed, under the given name and the real one.
    /// </param>
    /// <param name="linkedFolders">Further allowed folders, absolute.</param>
    internal LinkPolicy(string file, IReadOnlyList<string> linkedFolders)
    {
        IEnumerable<string?> folders = [FolderOf(file), FolderOf(RealPath.Of(file) ?? file), .. linkedFolders];
        // Nothing can be read from a missing folder.
        _folders =
        [
            .. folders.Select(folder => folder is null ? null : RealPath.Of(folder)).OfType<string>().Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>The allowed folders, for messages.</summary>
    internal string Folders => string.Join(", ", _folders);

    /// <param name="target">Real path of a file.</param>
    internal bool Allows(string target) =>
        _folders.Exists(folder => folder == "/" || target.StartsWith(folder + '/', StringComparison.Ordinal));

    private static string? FolderOf(string path) => Path.GetDirectoryName(path);
}
