using System.Buffers.Binary;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What lies in the files of an unfinished image, read by the words of PartialImage alone: a head of 50 bytes, then length, checksum and block again and again.</summary>
/// <param name="Blocks">Numbers of the whole ones, as often as they are there.</param>
/// <param name="Torn">Files that end within a block.</param>
internal sealed record PartialFile(IReadOnlyList<int> Blocks, int Torn)
{
    private const int Head = 50, RecordHead = 8;

    /// <param name="run">All of a run folder's together.</param>
    public static PartialFile Read(string run)
    {
        var blocks = new List<int>();
        int torn = 0;
        foreach (string path in Paths(run))
        {
            byte[] bytes;
            try
            {
                bytes = File.ReadAllBytes(path);
            }
            catch (FileNotFoundException)
            {
                continue; // the image has just been finished
            }
            int at = Math.Min(Head, bytes.Length);
            while (at + RecordHead < bytes.Length && at + RecordHead + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)) is var end && end <= bytes.Length)
            {
                blocks.Add(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + RecordHead)));
                at = end;
            }
            torn += at < bytes.Length ? 1 : 0;
        }
        return new PartialFile(blocks, torn);
    }

    /// <summary>Bytes of all of them.</summary>
    public static long Length(string run) => Paths(run).Select(path => new FileInfo(path)).Sum(file => file.Exists ? file.Length : 0);

    private static string[] Paths(string run) => Directory.Exists(Path.Combine(run, "images")) ? Directory.GetFiles(Path.Combine(run, "images"), ".*.part") : [];
}
