using System.Text;

namespace SrBatch.Tests.Worker.Terminal;

/// <summary>Stderr of a terminal that is gone.</summary>
internal sealed class LostWriter : TextWriter
{
    public int Tries { get; private set; }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Fail();

    public override void Write(string? value) => Fail();

    public override void Flush() => Fail();

    private void Fail()
    {
        Tries++;
        throw new IOException("Input/output error");
    }
}
