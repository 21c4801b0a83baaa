using System.Globalization;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Storage.BioImageIo;

namespace SrBatch.Tests.Storage.BioImageIo;

public class YamlReaderTests
{
    [Fact]
    public void Read_AnchorsAndAliases_ShareOneItem()
    {
        DescriptionField root = Read("a: &all [1, 2]\nb: *all\nc: {d: *all}\n");
        Assert.Equal(["1", "2"], root["b"].Items().Select(item => item.Text()));
        Assert.Equal("c.d[1]", root["c"]["d"].Items()[1].Key);
    }

    [Fact]
    public void Read_AliasesOfAliases_TakeNoTimeOrMemory()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int n = 1; n < 60; n++)
        {
            string all = string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 10));
            text.Append(CultureInfo.InvariantCulture, $"a{n}: &a{n} [{all}]\n");
        }
        Assert.Equal(10, Read(text.ToString())["a59"].Items().Count);
    }

    [Theory]
    [InlineData("a: ~", true)]
    [InlineData("a:", true)]
    [InlineData("a: null", true)]
    [InlineData("b: 1", true)]
    [InlineData("a: 'null'", false)]
    [InlineData("a: ''", false)]
    [InlineData("a: []", false)]
    public void IsMissing_NullOrNotThere_IsTrue(string text, bool missing) => Assert.Equal(missing, Read(text)["a"].IsMissing);

    [Theory]
    [InlineData("", "line 1: is empty")]
    [InlineData("# only a comment\n", "line 2: is empty")]
    [InlineData("a: 1\na: 2\n", "line 2: has the key 'a' twice")]
    [InlineData("[a, b]: 1\n", "line 1: has a key that is not a word")]
    [InlineData("a: *b\n", "line 1: uses '*b', which no '&b' before it defines")]
    [InlineData("a: &b [*b]\n", "line 1: uses '*b', which no '&b' before it defines")]
    [InlineData("a: 1\n  b: [\n", "line 2: is not YAML (While scanning a plain scalar value, found invalid mapping)")]
    [InlineData("!![", "line 1: is not YAML from here on")]
    [InlineData("?\n{\n0", "line 1: is not YAML from here on")]
    [InlineData("a: {b: 1\n", "line 2: is not YAML (While parsing a flow mapping, did not find expected ',' or '}')")]
    public void Read_Wrong_SaysTheLine(string text, string expected) =>
        AssertRefused(expected, text);

    [Fact]
    public void Read_NestedWithoutEnd_IsRefusedBeforeTheStackEnds() =>
        AssertRefused("line 1: is nested more than 100 deep", new string('[', 1_000_000));

    private static void AssertRefused(string expected, string text) =>
        Assert.Equal($"m.yaml: {expected}; expected the description of a BioImage.IO model in YAML. Download the package again.",
            Assert.Throws<SrBatchException>(() => Read(text)).Message);

    private static DescriptionField Read(string text) => new("m.yaml", "", YamlReader.Read("m.yaml", new StringReader(text)));
}
