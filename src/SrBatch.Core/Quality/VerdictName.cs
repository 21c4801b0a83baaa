namespace SrBatch.Core.Quality;

/// <summary>Converts verdicts to and from the words used in tables.</summary>
public static class VerdictName
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.Warn => "warn",
        _ => "fail",
    };

    /// <exception cref="InvalidDataException">It is none of the three.</exception>
    public static Verdict Parse(string name) => name switch
    {
        "pass" => Verdict.Pass,
        "warn" => Verdict.Warn,
        "fail" => Verdict.Fail,
        _ => throw new InvalidDataException($"verdict is '{name}'; expected pass, warn or fail"),
    };
}
