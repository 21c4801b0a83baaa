using SrBatch.Worker.Terminal;

namespace SrBatch.Tests.Worker.Terminal;

public class SafeWriterTests
{
    [Fact]
    public void Write_StreamThatFails_KeepsTheFault_AndTriesNoMore()
    {
        using var lost = new LostWriter();
        using var writer = new SafeWriter(lost);
        Assert.Null(writer.Fault);
        writer.WriteLine("a");
        writer.Write("b");
        writer.Write('c');
        Assert.Equal("Input/output error", writer.Fault!.Message);
        Assert.Equal(1, lost.Tries);
    }

    [Fact]
    public void Write_StreamThatWorks_PassesAllOn()
    {
        using var text = new StringWriter();
        using var writer = new SafeWriter(text);
        writer.Write('a');
        writer.Write("b");
        writer.Write("cd".ToCharArray(), 0, 2);
        writer.WriteLine();
        writer.WriteLine("e");
        Assert.Equal("abcd\ne\n", text.ToString());
        Assert.Null(writer.Fault);
    }
}
