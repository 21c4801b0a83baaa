using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Terminal;
using SrBatch.Worker.Verbs;

namespace SrBatch.Tests.EndToEnd;

/// <summary>
/// A process that runs <c>inspect --digest --json</c> on one file after another. When a file crashes it or makes it hang, it is started
/// anew.
/// </summary>
internal sealed class Inspector : IDisposable
{
    public const string Argument = "inspect-files";

    /// <summary>For one file. What takes longer is left to the supervised binary, which knows a hang by its computing time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Process? _process;

    /// <returns>Null when the process ended or hung.</returns>
    public SrbatchResult? TryInspect(string file)
    {
        _process ??= Start();
        try
        {
            _process.StandardInput.WriteLine(file);
            _process.StandardInput.Flush();
            Task<string?> answer = _process.StandardOutput.ReadLineAsync();
            if (answer.Wait(Patience) && answer.Result is { } line)
            {
                string[] parts = JsonSerializer.Deserialize<string[]>(line)!;
                return new SrbatchResult($"inspect {file}", int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2]);
            }
        }
        catch (IOException)
        {
            // It ended while the path was written.
        }
        Dispose();
        return null;
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Reads a path a line and answers each with a line of JSON.</summary>
    public static int Serve(TextReader files, TextWriter answers)
    {
        while (files.ReadLine() is { } file)
        {
            (ExitCode code, string output, string errors) = Inspect(file);
            answers.WriteLine(JsonSerializer.Serialize((string[])[((int)code).ToString(CultureInfo.InvariantCulture), output, errors]));
            answers.Flush();
        }
        return 0;
    }

    private static Process Start()
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // What it says of its end is nobody's concern, but must not fill the pipe.
        process.BeginErrorReadLine();
        return process;
    }

    private static (ExitCode Code, string Output, string Errors) Inspect(string file)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var verb = new InspectVerb { File = file, Digest = true, Json = true };
        using var stderr = new StderrOutput(errors, columns: null, verb.LogFormat, isQuiet: false, TimeProvider.System);
        var context = new RunContext(stderr.Log, TimeProvider.System, SlurmEnvironment.Read(), output, CancellationToken.None);
        ExitCode code;
        try
        {
            code = VerbCatalog.Run(verb, context);
        }
        catch (Exception fault)
        {
            code = Failures.Report(fault, context);
        }
        return (code, output.ToString(), errors.ToString());
    }
}
