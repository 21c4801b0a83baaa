namespace SrBatch.Storage.Hdf5;

/// <summary>Tells why a file that HDF5 refuses is no HDF5 file at all.</summary>
internal static class Hdf5Signature
{
    private static readonly byte[] Magic = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <returns>A message, or null when the file does begin like HDF5, so that HDF5's reason is the better one.</returns>
    internal static string? Complaint(string path)
    {
        if (Directory.Exists(path))
        {
            return $"{path}: is a folder; expected an HDF5 file.";
        }
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (stream.Length == 0)
            {
                return $"{path}: is empty; expected an HDF5 file.";
            }
            var head = new byte[Magic.Length];
            // The format allows a user block before the signature: 512 bytes or a larger power of two.
            for (long offset = 0; offset < stream.Length; offset = offset == 0 ? 512 : offset * 2)
            {
                stream.Position = offset;
                if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan().SequenceEqual(Magic))
                {
                    return null;
                }
            }
            return $"{path}: is no HDF5 file (its signature is missing).";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{path}: there is no such file.";
        }
        catch (UnauthorizedAccessException)
        {
            return $"{path}: may not be read. Check its permissions.";
        }
        catch (IOException e)
        {
            return $"{path}: cannot be read: {e.Message}";
        }
    }
}
