using System.Globalization;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Terminal;

/// <summary>Puts progress into words.</summary>
internal static class ProgressText
{
    private const int LongestBar = 40, ShortestBar = 10;

    /// <summary>For a log, e.g. <c>train: 9,000 of 20,000 steps (45 %), 12.3 steps/s, 0:14:54 left</c>.</summary>
    public static string Line(ProgressState state) =>
        $"{state.Work}: {Amount(state.Done, state)} of {Amount(state.Total, state)} {state.Unit} ({Percent(state)} %){Rate(state, ", ")}";

    /// <summary>For a terminal, e.g. <c>train [####------]  45 %  9,000/20,000 steps  12.3 steps/s  0:14:54 left</c>.</summary>
    /// <param name="columns">Of the terminal; the text leaves the last one free, as some terminals wrap the line there.</param>
    public static string Bar(ProgressState state, int columns)
    {
        string numbers = $"{Percent(state),3} %  {Amount(state.Done, state)}/{Amount(state.Total, state)} {state.Unit}{Rate(state, "  ")}";
        int room = columns - 1, length = Math.Min(LongestBar, room - state.Work.Length - numbers.Length - 4);
        int filled = (int)((Math.Max(0, length) * state.Share) + 1e-6);
        string text = length < ShortestBar
            ? $"{state.Work} {numbers}"
            : $"{state.Work} [{new string('#', filled)}{new string('-', length - filled)}] {numbers}";
        return text[..Math.Clamp(room, 0, text.Length)];
    }

    /// <summary>Rounded down, so that 100 means all. The small term makes up for rounding errors in sums of fractions.</summary>
    private static int Percent(ProgressState state) => (int)((100 * state.Share) + 1e-6);

    /// <summary>Whole numbers, or one decimal where the total is small and not whole.</summary>
    private static string Amount(double units, ProgressState state) =>
        units.ToString(state.Total >= 100 || double.IsInteger(state.Total) ? "N0" : "F1", CultureInfo.InvariantCulture);

    private static string Rate(ProgressState state, string separator)
    {
        if (state.PerSecond is not { } rate)
        {
            return "";
        }
        string text = rate < 0.1 ? $"{Digits(rate * 3600)} {state.Unit}/h" : $"{Digits(rate)} {state.Unit}/s";
        return state.TimeLeft is { } left
            ? string.Create(CultureInfo.InvariantCulture, $"{separator}{text}{separator}{(int)left.TotalHours}:{left:mm\\:ss} left")
            : separator + text;
    }

    private static string Digits(double rate) => rate.ToString(rate >= 100 ? "N0" : rate >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
