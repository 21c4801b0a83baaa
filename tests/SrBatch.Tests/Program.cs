using SrBatch.Tests.EndToEnd;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace SrBatch.Tests;

/// <summary>Runs the tests, as the entry point would that xunit generates; or inspects files for them in a process of its own.</summary>
internal static class Program
{
    public static int Main(string[] args) => args switch
    {
        [Inspector.Argument] => Inspector.Serve(Console.In, Console.Out),
        _ when args.Contains("--server") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            .GetAwaiter().GetResult(),
        _ => ConsoleRunner.Run(args).GetAwaiter().GetResult(),
    };
}
