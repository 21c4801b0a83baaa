using System.Diagnostics.CodeAnalysis;
using CommandLine;
using CommandLine.Text;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Verbs;

/// <summary>Reads a verb's options from arguments. Help and version go to stdout with exit code 0, mistakes to stderr with 64.</summary>
internal static class CommandLineReader
{
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
        ParserResult<object> result = parser.ParseArguments(args, VerbCatalog.Types);
        if (result is Parsed<object> { Value: VerbOptions verb })
        {
            List<string> problems = [.. verb.Problems()];
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
        (asked ? output : errors).WriteLine(Help(result, found, asked));
        exitCode = asked ? ExitCode.Done : ExitCode.Usage;
        return null;
    }

    private static string Help(ParserResult<object> result, Error[] errors, bool asked)
    {
        var help = new HelpText($"srbatch {AppVersion.Text}: super-resolution of fluorescence microscopy images on HPC clusters", "")
        {
            AdditionalNewLineAfterOption = false,
            MaximumDisplayWidth = 120,
            AutoVersion = false,
            AutoHelp = false,
        };
        if (!asked)
        {
            var builder = SentenceBuilder.Create();
            foreach (Error error in errors.Where(error => error.Tag != ErrorType.NoVerbSelectedError))
            {
                help.AddPreOptionsLine($"error: {builder.FormatError(error)}");
            }
        }
        bool ofVerb = result.TypeInfo.Current != typeof(NullInstance) && typeof(VerbOptions).IsAssignableFrom(result.TypeInfo.Current);
        help.AddDashesToOption = ofVerb;
        return ofVerb ? help.AddOptions(result) : help.AddVerbs(VerbCatalog.Types);
    }
}
