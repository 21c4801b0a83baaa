using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

public sealed class Utf8TextTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("\uFEFF{ \u00e9 }", "{ \u00e9 }")]
    [InlineData("", "")]
    public void Decode_Utf8_WithOrWithoutByteOrderMark(string written, string read) =>
        Assert.Equal(read, Utf8Text.Decode(Encoding.UTF8.GetBytes(written), "m.json"));

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", false)]
    public void Decode_Utf16_SaysSo(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        AssertRefused(
            "m.json: the text is UTF-16 or UTF-32; must be UTF-8. Save it as UTF-8 (in PowerShell: Out-File -Encoding utf8).",
            [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("{}")]);
    }

    [Fact]
    public void Decode_Latin1_NamesTheByte() => AssertRefused(
        "m.json: byte 0xe9 in line 2, column 4 is not UTF-8. Save it as UTF-8 (iconv -f latin1 -t utf8).",
        Encoding.Latin1.GetBytes("{\n\"ca\u00e9\"}"));

    private static void AssertRefused(string message, byte[] bytes)
    {
        var fault = Assert.Throws<SrBatchException>(() => Utf8Text.Decode(bytes, "m.json"));
        Assert.Equal((message, ExitCode.BadManifest), (fault.Message, fault.ExitCode));
    }
}
