using System.Net;
using System.Net.Sockets;

namespace SrBatch.ClusterTests.Lab;

/// <summary>TCP ports of the loopback that nobody listens at.</summary>
internal static class FreePorts
{
    /// <summary>Below the range from which Linux takes ports for outgoing connections, so that none of those gets in between.</summary>
    private const int First = 20_000, Count = 12_000;

    /// <param name="count">How many.</param>
    /// <param name="seed">Where to begin to look; different labs should pass different ones.</param>
    public static IReadOnlyList<int> Take(int count, int seed)
    {
        int start = (int)((uint)seed * 37L % Count);
        return [.. Enumerable.Range(0, Count).Select(i => First + ((start + i) % Count)).Where(IsFree).Take(count)];
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
