using System.Globalization;

namespace SrBatch.Storage.Files;

/// <summary>
/// A hidden folder in which each process of a group notes that it waits for the others. It exists only while some of them wait for long.
/// What the processes leave there says that they gave up.
/// </summary>
/// <param name="folder">Known to all processes, and used by no other group.</param>
public sealed class WaitingNotes(string folder)
{
    /// <summary>Deletes folders of earlier groups.</summary>
    /// <param name="parent">Where the folders are.</param>
    /// <param name="pattern">Their names.</param>
    public static void Clean(string parent, string pattern)
    {
        try
        {
            foreach (string old in Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern) : [])
            {
                Directory.Delete(old, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are small and disturb nobody.
        }
    }

    /// <param name="process">Number of this process.</param>
    public void Waits(int process) => Try(() =>
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(PathOf(process), "");
    });

    public void GoesOn(int process) => Try(() =>
    {
        File.Delete(PathOf(process));
        Directory.Delete(folder); // fails while others wait
    });

    /// <returns>Numbers of the processes that wait.</returns>
    public IReadOnlySet<int> Waiting()
    {
        var found = new HashSet<int>();
        Try(() => found.UnionWith(Directory.EnumerateFiles(folder).Select(file =>
            int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process : -1)));
        return found;
    }

    /// <summary>Notes help to word a message; without them it is less precise.</summary>
    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private string PathOf(int process) => Path.Combine(folder, process.ToString(CultureInfo.InvariantCulture));
}
