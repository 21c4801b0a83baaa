using SrBatch.Core.Manifests;

namespace SrBatch.Tests.Core.Manifests;

public class ImageListTests
{
    [Fact]
    public void Read_Csv_AllColumns_QuotedCells_BlankLines()
    {
        (List<ImageEntry> entries, List<string> problems) = Read("list.csv",
            "id,group,split,input.file,input.dataset,input.axes,target.file,target.dataset,target.axes",
            "a,actin,train,a.h5,/low,zyx,b.h5,/high,yx",
            "",
            "b, \"two, three\" ,,\"dir/with \"\"quotes\"\", and comma.h5\",,,,,");
        Assert.Empty(problems);
        Assert.Equal(2, entries.Count);
        Assert.Equal(("list.csv line 2", "a", "actin", Split.Train), (entries[0].Key, entries[0].Id, entries[0].Group, entries[0].Split));
        Assert.Equal(("a.h5", "/low", "zyx"), (entries[0].Input.File, entries[0].Input.Dataset, entries[0].Input.Axes));
        Assert.Equal(("b.h5", "/high", "yx"), (entries[0].Target!.File, entries[0].Target!.Dataset, entries[0].Target!.Axes));
        Assert.Equal(
            ("list.csv line 4", "b", "two, three", Split.Infer),
            (entries[1].Key, entries[1].Id, entries[1].Group, entries[1].Split));
        Assert.Equal(
            ("dir/with \"quotes\", and comma.h5", "auto", null),
            (entries[1].Input.File, entries[1].Input.Dataset, entries[1].Input.Axes));
        Assert.Null(entries[1].Target);
    }

    [Fact]
    public void Read_Csv_EveryMistakeIsNamedWithItsLine()
    {
        (_, List<string> problems) = Read("list.csv",
            "id,split,input.file,input.axes,colour",
            "a,train,a.h5,,",
            "b,learn,b.h5,,",
            "c,infer,c.h5,yxyx,",
            "d,infer",
            "e/e,infer,,,");
        Assert.Equal(
            [
                "list.csv line 1: column 'colour' is not known; allowed are id, group, split, input.file, input.dataset, "
                    + "input.axes, target.file, target.dataset, target.axes",
                "list.csv line 2.target is missing; split train needs one",
                "list.csv line 3: split is 'learn'; must be one of train, validation, test, infer",
                "list.csv line 4: input.axes is 'yxyx'; must be some of the letters tczyx in the dataset's order, each once, y "
                    + "and x among them",
                "list.csv line 5: 2 cells; must be 5, as many as in line 1",
                "list.csv line 6.id is 'e/e'; must be 1 to 200 letters, digits, '.', '-' or '_', not starting with a dot: it "
                    + "names the output file",
                "list.csv line 6.input.file is missing; must name the HDF5 file of 'e/e'",
            ],
            problems);
    }

    [Fact]
    public void Read_Csv_WithoutRequiredColumns_SaysWhich()
    {
        (List<ImageEntry> entries, List<string> problems) = Read("list.csv", "group,split");
        Assert.Empty(entries);
        Assert.Equal(["list.csv line 1: column 'id' is missing", "list.csv line 1: column 'input.file' is missing"], problems);
    }

    [Fact]
    public void Read_Csv_ColumnTwice_IsAProblemAndNoCrash()
    {
        (List<ImageEntry> entries, List<string> problems) = Read("list.csv", "id,input.file,id", "a,a.h5,b");
        Assert.Empty(entries);
        Assert.Equal(["list.csv line 1: column 'id' is there more than once"], problems);
    }

    [Fact]
    public void Read_JsonLines_AreEntriesOfAManifest()
    {
        (List<ImageEntry> entries, List<string> problems) = Read("list.jsonl",
            """{"id": "a", "split": "test", "input": {"file": "a.h5", "select": {"t": 3}}, "target": {"file": "b.h5"}}""",
            "   ",
            """{"glob": "*.h5",} // the rest""");
        Assert.Empty(problems);
        Assert.Equal(
            [("list.jsonl line 1", "a", null), ("list.jsonl line 3", null, "*.h5")],
            entries.Select(entry => (entry.Key, entry.Id, entry.Glob)));
        Assert.Equal(AxisRange.At(3), entries[0].Input.Select['t']);
    }

    [Fact]
    public void Read_JsonLines_EveryMistakeIsNamedWithItsLine()
    {
        (List<ImageEntry> entries, List<string> problems) = Read("LIST.JSONL",
            """{"id": "a", "input": {"file": "a.h5"}}""",
            """{"id": "b", "input": {"flie": "a.h5"}}""",
            "[1]",
            "{");
        Assert.Equal(["a", "b"], entries.Select(entry => entry.Id));
        Assert.Equal(
            [
                "LIST.JSONL line 2.input.flie is not a key; did you mean LIST.JSONL line 2.input.file?",
                "LIST.JSONL line 2.input.file is missing; must name the HDF5 file of 'b'",
                "LIST.JSONL line 3 is an array; must be an object",
                "LIST.JSONL line 4: not JSON in line 1, column 2: the text ends too early; a closing '}' or ']' is missing",
            ],
            problems);
    }

    [Fact]
    public void Read_IsLazy_SoThatMillionsAreFine()
    {
        int lines = 0;
        IEnumerable<string> endless()
        {
            yield return "id,input.file";
            while (true)
            {
                lines++;
                yield return $"i{lines},f.h5";
            }
        }
        using var reader = new LineReader(endless());
        Assert.Equal("i3", ImageList.Read(reader, "list.csv", []).ElementAt(2).Id);
        Assert.Equal(3, lines);
    }

    private static (List<ImageEntry> Entries, List<string> Problems) Read(string name, params string[] lines)
    {
        List<string> problems = [];
        using var reader = new StringReader(string.Join('\n', lines));
        return ([.. ImageList.Read(reader, name, problems)], problems);
    }

    private sealed class LineReader(IEnumerable<string> lines) : TextReader
    {
        private readonly IEnumerator<string> _lines = lines.GetEnumerator();

        public override string? ReadLine() => _lines.MoveNext() ? _lines.Current : null;
    }
}
