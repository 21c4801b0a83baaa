using SrBatch.Core.Errors;

namespace SrBatch.Pipelines.Planning;

/// <summary>Keeps a manifest from being written over something else.</summary>
internal static class ManifestPath
{
    /// <param name="path">Where a manifest is to be written.</param>
    /// <exception cref="SrBatchException">There is something that is not JSON (exit 64).</exception>
    public static void RequireReplaceable(string path)
    {
        if (Directory.Exists(path))
        {
            throw new SrBatchException(ExitCode.Usage,
                $"--out: {path} is a folder; must be a file. Use --out {Path.Combine(path, "manifest.json")}");
        }
        if (File.Exists(path) && !BeginsLikeJson(path))
        {
            throw new SrBatchException(ExitCode.Usage,
                $"--out: {path} exists and is not a manifest; it stays as it is. Name another file, such as manifest.json");
        }
    }

    /// <summary>True for an empty file, and if the first character is that of an object or of a comment.</summary>
    private static bool BeginsLikeJson(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            int character;
            do
            {
                character = reader.Read();
            }
            while (character >= 0 && char.IsWhiteSpace((char)character));
            return character is -1 or '{' or '/';
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // what cannot be read is not known to be a manifest
        }
    }
}
