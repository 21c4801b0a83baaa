using CsCheck;
using SrBatch.Core.Planning;

namespace SrBatch.Tests.Core.Planning;

public class GroupFolderTests
{
    [Theory]
    [InlineData("actin", "actin")]
    [InlineData("ER-60x_1.4", "ER-60x_1.4")]
    [InlineData("DAPI / nuclei", "DAPI%20%2F%20nuclei")]
    [InlineData("..", "%2E.")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("", "%")]
    [InlineData("%", "%25")]
    [InlineData("~", "%7E")]
    [InlineData("µm", "%C2%B5m")]
    [InlineData("核", "%E6%A0%B8")]
    [InlineData("line\nbreak\0", "line%0Abreak%00")]
    public void NameOf_AnyText_IsPercentEncoded(string group, string expected) => Assert.Equal(expected, GroupFolder.NameOf(group));

    [Fact]
    public void NameOf_AnyText_IsASafeNameThatAUrlDecoderReadsBack() => Gen.Char['\0', '\ud7ff'].Array[0, 20]
        .Select(chars => new string(chars))
        .Sample(group =>
    {
        string name = GroupFolder.NameOf(group);
        Assert.Matches(@"^(?!\.)[A-Za-z0-9%._-]{1,200}$", name);
        Assert.Equal(group, group.Length == 0 ? "" : Uri.UnescapeDataString(name));
    });

    [Fact]
    public void NameOf_LongNamesThatDifferAtTheEnd_Differ_AndFitAFileSystem()
    {
        string a = new('a', 5000);
        string[] names =
        [
            .. new[]
            {
                a,
                a + "b",
                a + "~",
                new string('a', 199),
                new string('a', 200),
                new string('a', 201),
                new string('核', 70),
            }.Select(GroupFolder.NameOf),
        ];
        Assert.Equal(names, names.Distinct());
        Assert.Equal(new string('a', 200), names[4]);
        Assert.All(names, name => Assert.InRange(name.Length, 1, 200));
        // Python: hashlib.sha256(b"a" * 201).hexdigest()[:32]
        Assert.Equal(new string('a', 167) + "~a92efd82109373e58f9a2056dee01e80", names[5]);
    }
}
