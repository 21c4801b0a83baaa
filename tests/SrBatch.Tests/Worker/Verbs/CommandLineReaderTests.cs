using CommandLine;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Tests.Architecture;
using SrBatch.Worker.Verbs;

namespace SrBatch.Tests.Worker.Verbs;

public class CommandLineReaderTests
{
    public static TheoryData<string> Verbs => [.. VerbCatalog.Types.Select(NameOf)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_OfAVerb_IsApproved_OnStdout_Exit0(string verb)
    {
        (VerbOptions? options, string output, string errors, ExitCode exit) = Read(verb, "--help");
        Assert.Equal((null, "", ExitCode.Done), (options, errors, exit));
        ApprovedFile.AssertMatches($"help-{verb}.txt", output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    public void Help_OfAll_IsApproved_OnStdout_Exit0(string argument)
    {
        (_, string output, string errors, ExitCode exit) = Read(argument);
        Assert.Equal(("", ExitCode.Done), (errors, exit));
        ApprovedFile.AssertMatches("help.txt", output);
    }

    [Fact]
    public void Version_IsOneLineOnStdout_Exit0()
    {
        Assert.Equal((null, $"srbatch {AppVersion.Text}\n", "", ExitCode.Done), ReadUnchanged("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+", AppVersion.Text);
    }

    [Theory]
    [InlineData("error: Verb 'bake' is not recognized.", "bake")]
    [InlineData("error: Option 'runn' is unknown.", "report", "--run", "r", "--runn", "x")]
    [InlineData("error: Required option 'run' is missing.", "report")]
    [InlineData("error: --steps is 'many'; must be a whole number", "train", "--manifest", "m", "--run", "r", "--steps", "many")]
    [InlineData("error: --steps is '99999999999'; the number is too large or too small",
        "train", "--manifest", "m", "--run", "r", "--steps=99999999999")]
    [InlineData("error: Required option 'run' is missing.", "report", "--run")] // no value
    [InlineData("'b.h5' is one word too many: srbatch inspect does not take it. "
        + "If it belongs to the word before it, quote both: 'a.h5 b.h5'. See srbatch inspect --help.", "inspect", "a.h5", "b.h5")]
    [InlineData("'run' is one word too many: srbatch report does not take it. "
        + "If it belongs to the word before it, quote both: 'my run'. See srbatch report --help.", "report", "--run", "my", "run")]
    [InlineData("'yes' is one word too many: srbatch report does not take it. See srbatch report --help.",
        "report", "--run", "r", "--quiet", "yes")]
    public void Mistake_IsNamedOnStderr_Exit64(string message, params string[] arguments)
    {
        (VerbOptions? options, string output, string errors, ExitCode exit) = Read(arguments);
        Assert.Equal((null, "", ExitCode.Usage), (options, output, exit));
        Assert.Contains(message, errors.Split('\n'));
    }

    [Fact]
    public void NoVerb_ListsTheVerbsOnStderr_Exit64()
    {
        (VerbOptions? options, string output, string errors, ExitCode exit) = Read();
        Assert.Equal((null, "", ExitCode.Usage), (options, output, exit));
        Assert.All(VerbCatalog.Types, type => Assert.Contains($"  {NameOf(type)} ", errors, StringComparison.Ordinal));
    }

    [Fact]
    public void WrongValues_AllComeAtOnce_OnStderr_Exit64()
    {
        Assert.Equal(
            (
                null,
                "",
                "--log-format is 'xml'; must be text or json\n"
                    + "--precision is 'fp8'; must be auto, fp32 or bf16\n--threads is 0; must be 1 to 1024\n",
                ExitCode.Usage),
            ReadUnchanged("train", "--manifest", "m", "--run", "r", "--log-format", "xml", "--precision", "fp8", "--threads", "0"));
        Assert.Equal(
            (null, "", "--baselines and --images are both given; run evaluate once with each\n", ExitCode.Usage),
            ReadUnchanged("evaluate", "--manifest", "m", "--run", "r", "--baselines", "--images", "peer"));
        Assert.Equal(
            (null, "", "--group and --group-of-task are both given; give one of them\n", ExitCode.Usage),
            ReadUnchanged("train", "--manifest", "m", "--run", "r", "--group", "g", "--group-of-task"));
        Assert.Equal(
            (null, "", "--collect is empty; must be a folder\n", ExitCode.Usage),
            ReadUnchanged("report", "--run", "r", "--collect", ""));
    }

    [Fact]
    public void Train_Options_Arrive()
    {
        (VerbOptions? options, string output, string errors, ExitCode exit) = Read(
            "train", "--manifest", "m.json", "--run", "out", "--steps", "12", "--seed", "7", "--threads", "3",
            "--device", "cpu", "--init", "a.safetensors", "--group", "a b", "--quiet");
        Assert.Equal(("", "", ExitCode.Done), (output, errors, exit));
        var train = Assert.IsType<TrainVerb>(options);
        Assert.Equal(("m.json", "out", 12, 7L, 3, "cpu", "auto", "a.safetensors", "a b", false, true, "text"),
            (train.Manifest, train.Run, train.Steps, train.Seed, train.Threads, train.Device, train.Precision, train.Init, train.Group,
                train.GroupOfTask, train.Quiet, train.LogFormat));
    }

    [Fact]
    public void Scan_TakesManyFolders()
    {
        var scan = Assert.IsType<ScanVerb>(Read("scan", "a", "b", "--out", "m.json").Options);
        Assert.Equal(["a", "b"], scan.Folders);
    }

    [Fact]
    public void LinkedFolder_MayBeRepeated()
    {
        var scan = Assert.IsType<ScanVerb>(Read("scan", "--linked-folder", "l", "a", "--linked-folder=m n", "b", "--out", "m.json").Options);
        Assert.Equal(["a", "b"], scan.Folders);
        Assert.Equal(["l", "m n"], scan.Request().LinkedFolders);
        Assert.Empty(Assert.IsType<InspectVerb>(Read("inspect", "a.h5").Options).Request().LinkedFolders);
    }

    [Fact]
    public void RawArguments_ThatAreNotUtf8_AreNamedWithTheirBytes() => Assert.Equal(
        [
            "the argument 'caf\\xe9 \u00e9/\\xff' is not UTF-8; srbatch cannot open such a path. "
                + "Rename the file or folder, e.g. with convmv -f latin1 -t utf8 --notest.",
        ],
        RawArguments.Problems([.. "srbatch\0caf"u8, 0xe9, .. " \u00e9/"u8, 0xff, 0, .. "--out\0"u8]));

    [Fact]
    public void EveryVerb_HasANameAndAHelpText() => Assert.All(VerbCatalog.Types, type =>
    {
        var verb = (VerbAttribute)Attribute.GetCustomAttribute(type, typeof(VerbAttribute))!;
        Assert.Equal(type.Name, $"{char.ToUpperInvariant(verb.Name[0])}{verb.Name[1..]}Verb");
        Assert.NotEmpty(verb.HelpText);
    });

    private static string NameOf(Type type) => ((VerbAttribute)Attribute.GetCustomAttribute(type, typeof(VerbAttribute))!).Name;

    /// <summary>As <see cref="ReadUnchanged"/>, with the version replaced so that a release changes no approved file.</summary>
    private static (VerbOptions? Options, string Output, string Errors, ExitCode Exit) Read(params string[] arguments)
    {
        (VerbOptions? options, string output, string errors, ExitCode exit) = ReadUnchanged(arguments);
        return (options, output.Replace(AppVersion.Text, "VERSION", StringComparison.Ordinal), errors, exit);
    }

    private static (VerbOptions? Options, string Output, string Errors, ExitCode Exit) ReadUnchanged(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        VerbOptions? options = CommandLineReader.Read(arguments, output, errors, out ExitCode exit);
        return (options, output.ToString(), errors.ToString(), exit);
    }
}
