namespace SrBatch.Torch.Filters;

/// <summary>
/// Continues an axis beyond its ends by mirror images. Returns the index, 0 to below length, of the pixel whose value to take.
/// </summary>
internal static class Mirror
{
    /// <summary>The end pixel is repeated (d c b a | a b c d | d c b a): numpy's "symmetric".</summary>
    public static int Symmetric(int index, int length)
    {
        if (index >= 0 && index < length)
        {
            return index;
        }
        int period = 2 * length, within = ((index % period) + period) % period;
        return within < length ? within : period - 1 - within;
    }

    /// <summary>The end pixel is not repeated (d c b | a b c d | c b a): numpy's "reflect".</summary>
    public static int Reflected(int index, int length)
    {
        if (index >= 0 && index < length)
        {
            return index;
        }
        if (length == 1)
        {
            return 0;
        }
        int period = 2 * (length - 1), within = ((index % period) + period) % period;
        return within < length ? within : period - within;
    }
}
