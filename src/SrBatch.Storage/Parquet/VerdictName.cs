using SrBatch.Core.Quality;

namespace SrBatch.Storage.Parquet;

/// <summary>Converts verdicts to and from the words used in tables.</summary>
internal static class VerdictName
{
    internal static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.Warn => "warn",
        _ => "fail",
    };

    internal static Verdict Parse(string name) => name switch
    {
        "pass" => Verdict.Pass,
        "warn" => Verdict.Warn,
        "fail" => Verdict.Fail,
        _ => throw new InvalidDataException($"verdict is '{name}'; expected pass, warn or fail"),
    };
}
