using SrBatch.Core.Planning;

namespace SrBatch.Storage.Files;

/// <summary>A file's place in <see cref="LocalCopies"/>. Locked while it is used.</summary>
internal sealed class LocalCopy
{
    /// <summary>Null while there is no copy.</summary>
    public string? Path { get; set; }

    /// <summary>Of the file when it was copied.</summary>
    public FileStamp? Stamp { get; set; }

    /// <summary>Datasets of the file that need no other file.</summary>
    public HashSet<string> Datasets { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether something that is read of it needs other files.</summary>
    public bool NeedsOthers { get; set; }

    /// <summary>Grows from use to use.</summary>
    public long LastUse { get; set; }
}
