namespace SrBatch.Pipelines.Host;

/// <summary>Memory that several threads share. A request beyond what is left is refused, and the caller finds another way.</summary>
internal sealed class ByteBudget(long bytes)
{
    private long _left = bytes;

    /// <returns>False if less than that is left; then nothing is taken.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _left, -bytes) >= 0)
        {
            return true;
        }
        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _left, bytes);
}
