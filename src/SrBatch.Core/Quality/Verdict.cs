namespace SrBatch.Core.Quality;

/// <summary>Whether an image may be believed; in Parquet <c>pass</c>, <c>warn</c>, <c>fail</c>.</summary>
public enum Verdict
{
    Pass,
    Warn,
    Fail,
}
