using System.Runtime.InteropServices;

namespace SrBatch.Worker.Terminal;

/// <summary>Width of the terminal, from the kernel: <see cref="Console.WindowWidth"/> would also change its settings.</summary>
internal static partial class TerminalSize
{
    private const int Stderr = 2;
    private const nuint TIOCGWINSZ = 0x5413;

    /// <summary>Assumed where the terminal does not say.</summary>
    private const int UsualColumns = 80;

    /// <summary>Columns of the terminal behind stderr.</summary>
    public static int Columns
    {
        get
        {
            // C's struct winsize: rows, columns, width and height in pixels.
            Span<ushort> size = stackalloc ushort[4];
            return ioctl(Stderr, TIOCGWINSZ, ref MemoryMarshal.GetReference(size)) == 0 && size[1] > 0 ? size[1] : UsualColumns;
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int ioctl(int file, nuint request, ref ushort size);
}
