namespace SrBatch.Tests.Storage;

/// <summary>A folder of its own for a test, deleted afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("srbatch-storage-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException) // a name that is not UTF-8, which .NET cannot delete
        {
            ChildProcess.Run("/bin/rm", "-rf", Path);
        }
    }
}
