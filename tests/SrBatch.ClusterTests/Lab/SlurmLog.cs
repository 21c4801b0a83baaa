using System.Text;

namespace SrBatch.ClusterTests.Lab;

/// <summary>What failures show.</summary>
internal static class SlurmLog
{
    private const int MostLines = 30;

    /// <summary>The ends of all logs of a lab.</summary>
    /// <param name="others">Further files, such as a job's output.</param>
    public static string Tails(LabFolder folder, params IEnumerable<string> others)
    {
        var text = new StringBuilder();
        IEnumerable<string> logs = Directory.Exists(folder.File("log")) ? Directory.EnumerateFiles(folder.File("log")).Order(StringComparer.Ordinal) : [];
        foreach (string file in logs.Concat(others).Where(File.Exists))
        {
            string[] lines = File.ReadAllLines(file);
            if (lines.Length > 0)
            {
                text.Append("--- ").AppendLine(file).AppendJoin('\n', lines.TakeLast(MostLines)).AppendLine();
            }
        }
        return text.ToString();
    }
}
