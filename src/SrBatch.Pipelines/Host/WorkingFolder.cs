namespace SrBatch.Pipelines.Host;

/// <summary>The folder that relative paths start from. It may be deleted while the process runs, or before it starts.</summary>
internal static class WorkingFolder
{
    /// <summary>
    /// Always there, readable, and never writable: a relative path that nobody resolved in time fails instead of landing there.
    /// </summary>
    private const string Substitute = "/proc";

    public static bool IsMissing
    {
        get
        {
            try
            {
                _ = Directory.GetCurrentDirectory();
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Replaces a deleted folder: in one, oneMKL ends the process with exit code 2. Paths must have been resolved before.
    /// </summary>
    public static void Ensure()
    {
        if (IsMissing)
        {
            Directory.SetCurrentDirectory(Substitute);
        }
    }
}
