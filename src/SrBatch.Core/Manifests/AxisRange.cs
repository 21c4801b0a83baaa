namespace SrBatch.Core.Manifests;

/// <summary>
/// Part of one axis: elements <paramref name="Start"/> up to, not including, <paramref name="Stop"/>. Null means the start or end of the
/// axis.
/// </summary>
public readonly record struct AxisRange(long? Start, long? Stop)
{
    /// <summary>One element.</summary>
    public static AxisRange At(long index) => new(index, index + 1);

    /// <summary>Reads <c>5</c>, <c>0:10</c>, <c>:10</c> or <c>4:</c>: Python's slices without negative bounds and steps.</summary>
    /// <returns>False when <paramref name="text"/> is none of these or the range is empty.</returns>
    public static bool TryParse(string text, out AxisRange range)
    {
        range = default;
        string[] parts = text.Split(':');
        if (parts.Length == 1 && TryBound(parts[0], out long? index) && index is not null and < long.MaxValue)
        {
            range = At(index.Value);
            return true;
        }
        if (parts.Length != 2 || !TryBound(parts[0], out long? start) || !TryBound(parts[1], out long? stop) || stop <= (start ?? 0))
        {
            return false;
        }
        range = new AxisRange(start, stop);
        return true;
    }

    public override string ToString() => $"{Start}:{Stop}";

    private static bool TryBound(string text, out long? bound)
    {
        bound = null;
        if (text.Length == 0)
        {
            return true;
        }
        bool valid = long.TryParse(text, System.Globalization.NumberStyles.None, null, out long value);
        bound = value;
        return valid;
    }
}
