using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>Into which folders one file may lead. Real paths are compared, so that <c>..</c> and symbolic links are no way round and no obstacle.</summary>
internal sealed class LinkPolicy
{
    private readonly List<string> _folders;

    /// <param name="file">Absolute path of the file; its folder and all below are allowed, by the name given and by its real one.</param>
    /// <param name="linkedFolders">Further folders, absolute.</param>
    internal LinkPolicy(string file, IReadOnlyList<string> linkedFolders)
    {
        IEnumerable<string?> folders = [FolderOf(file), FolderOf(RealPath.Of(file) ?? file), .. linkedFolders];
        // What is not there cannot be led into.
        _folders = [.. folders.Select(folder => folder is null ? null : RealPath.Of(folder)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>For messages.</summary>
    internal string Folders => string.Join(", ", _folders);

    /// <param name="target">Real path of a file.</param>
    internal bool Allows(string target) =>
        _folders.Exists(folder => folder == "/" || (target.StartsWith(folder, StringComparison.Ordinal) && target.Length > folder.Length && target[folder.Length] == '/'));

    private static string? FolderOf(string path) => Path.GetDirectoryName(path);
}
