namespace SrBatch.Core.Planning;

/// <summary>One task's part of the work: shard <paramref name="Index"/> (0-based) of <paramref name="Count"/>.</summary>
public readonly record struct ShardNumber(int Index, int Count)
{
    public static readonly ShardNumber Whole = new(0, 1);

    /// <summary>Reads <c>I/N</c> with 0 &lt;= I &lt; N.</summary>
    public static bool TryParse(string text, out ShardNumber shard)
    {
        shard = default;
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !int.TryParse(parts[0], out int index) || !int.TryParse(parts[1], out int count)
            || index < 0 || index >= count)
        {
            return false;
        }
        shard = new ShardNumber(index, count);
        return true;
    }

    public override string ToString() => $"{Index}/{Count}";
}
