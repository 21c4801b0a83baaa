using Microsoft.Extensions.Logging;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;

namespace SrBatch.Pipelines.Planning;

/// <summary>Gathers what was assumed about files, and writes each assumption once, with the first file and the number of others.</summary>
internal sealed class AssumptionNotes
{
    private readonly Dictionary<string, (string First, int Files)> _notes = new(StringComparer.Ordinal);

    public void Add(DatasetHeader? header)
    {
        foreach (string assumption in header?.Assumptions ?? [])
        {
            (string first, int files) = _notes.GetValueOrDefault(assumption, (header!.File, 0));
            _notes[assumption] = (first, files + 1);
        }
    }

    public void Write(ILogger log)
    {
        foreach ((string assumption, (string first, int files)) in _notes)
        {
            Log.Warning(log, $"{first}{(files > 1 ? $" and {files - 1} more" : "")}: assumed: {assumption}");
        }
    }
}
