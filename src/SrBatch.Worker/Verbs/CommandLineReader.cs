using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using CommandLine;
using CommandLine.Text;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Verbs;

/// <summary>Reads a verb's options from arguments. Help and version go to stdout with exit code 0, mistakes to stderr with 64.</summary>
internal static class CommandLineReader
{
    /// <summary>Options that may be given more than once. CommandLineParser sees one, with the values joined by zero characters.</summary>
    private static readonly string[] Repeatable = ["--linked-folder"];

    // CommandLineParser finds options by reflection; without these lines the AOT compiler removes those that all verbs share. VerbCatalog
    // keeps those of each verb (docs/adr/0002).
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(VerbOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(ComputeVerbOptions))]
    public static VerbOptions? Read(string[] args, TextWriter output, TextWriter errors, out ExitCode exitCode)
    {
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.AutoHelp = true;
            settings.AutoVersion = true;
            settings.CaseInsensitiveEnumValues = true;
        });
        ParserResult<object> result = parser.ParseArguments(Joined(args), VerbCatalog.Types);
        if (result is Parsed<object> { Value: VerbOptions verb })
        {
            List<string> problems = [.. RawArguments.Problems(), .. verb.ExtraWords.Select(word => Extra(word, args)), .. verb.Problems()];
            foreach (string problem in problems)
            {
                errors.WriteLine(problem);
            }
            exitCode = problems.Count == 0 ? ExitCode.Done : ExitCode.Usage;
            return problems.Count == 0 ? verb : null;
        }

        Error[] found = [.. result.Errors];
        if (found.Any(error => error.Tag == ErrorType.VersionRequestedError))
        {
            output.WriteLine($"srbatch {AppVersion.Text}");
            exitCode = ExitCode.Done;
            return null;
        }
        bool asked = found.Any(error => error.Tag is ErrorType.HelpRequestedError or ErrorType.HelpVerbRequestedError);
        (asked ? output : errors).WriteLine(Help(result, asked ? [] : [.. found.Select(error => Describe(error, args))]));
        exitCode = asked ? ExitCode.Done : ExitCode.Usage;
        return null;
    }

    /// <summary>The values of an option that may be given more than once.</summary>
    public static IReadOnlyList<string> Repeated(string? joined) => joined?.Split('\0') ?? [];

    private static string[] Joined(string[] args)
    {
        List<string> rest = [];
        Dictionary<string, string> joined = [];
        for (int i = 0; i < args.Length; i++)
        {
            string[] parts = args[i].Split('=', 2);
            bool isJoined = Repeatable.Contains(parts[0]) && (parts.Length == 2 || i + 1 < args.Length);
            if (!isJoined)
            {
                rest.Add(args[i]);
                continue;
            }
            string value = parts.Length == 2 ? parts[1] : args[++i];
            joined[parts[0]] = joined.TryGetValue(parts[0], out string? before) ? before + '\0' + value : value;
        }
        return [.. rest, .. joined.Select(option => $"{option.Key}={option.Value}")];
    }

    /// <summary>Says that a word belongs to no option. Often it is the second half of a path with a space.</summary>
    private static string Extra(string word, string[] args)
    {
        int at = Array.LastIndexOf(args, word);
        string before = at > 1 ? args[at - 1] : "";
        bool hasWordBefore = before.Length > 0 && !before.StartsWith('-');
        string whole = hasWordBefore ? $" If it belongs to the word before it, quote both: '{before} {word}'." : "";
        return $"'{word}' is one word too many: srbatch {args[0]} does not take it.{whole} See srbatch {args[0]} --help.";
    }

    private static string Describe(Error error, string[] args)
    {
        if (error is NoVerbSelectedError)
        {
            return "";
        }
        if (error is not BadFormatConversionError { NameInfo.LongName: { Length: > 0 } option })
        {
            return SentenceBuilder.Create().FormatError(error);
        }
        string name = "--" + option;
        int at = Array.FindIndex(args, arg => arg == name || arg.StartsWith(name + "=", StringComparison.Ordinal));
        string value = at < 0 ? "" : args[at] == name ? args.ElementAtOrDefault(at + 1) ?? "" : args[at][(name.Length + 1)..];
        bool isWhole = BigInteger.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        return $"{name} is '{value}'; {(isWhole ? "the number is too large or too small" : "must be a whole number")}";
    }

    private static string Help(ParserResult<object> result, string[] mistakes)
    {
        var help = new HelpText($"srbatch {AppVersion.Text}: super-resolution of fluorescence microscopy images on HPC clusters", "")
        {
            AdditionalNewLineAfterOption = false,
            MaximumDisplayWidth = 120,
            AutoVersion = false,
            AutoHelp = false,
        };
        foreach (string mistake in mistakes.Where(mistake => mistake.Length > 0))
        {
            help.AddPreOptionsLine($"error: {mistake}");
        }
        bool ofVerb = result.TypeInfo.Current != typeof(NullInstance) && typeof(VerbOptions).IsAssignableFrom(result.TypeInfo.Current);
        help.AddDashesToOption = ofVerb;
        return ofVerb ? help.AddOptions(result) : help.AddVerbs(VerbCatalog.Types);
    }
}
