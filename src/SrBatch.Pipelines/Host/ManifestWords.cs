using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;

namespace SrBatch.Pipelines.Host;

/// <summary>Converts enums and sizes to and from the words used in manifests and options.</summary>
public static class ManifestWords
{
    public static string Of(Split split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "validation",
        Split.Test => "test",
        _ => "infer",
    };

    public static string Of(LossKind loss) => loss switch
    {
        LossKind.Gan => "gan",
        LossKind.Mse => "mse",
        _ => "l1",
    };

    /// <summary>Any other enum: the name in camel case.</summary>
    public static string Of(Enum word) => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    /// <summary>Reads <c>validation,test</c>.</summary>
    /// <exception cref="SrBatchException">Exit code 64.</exception>
    public static IReadOnlySet<Split> Splits(string text) => text.Split(',').Select(word =>
        Enum.GetValues<Split>().Cast<Split?>().FirstOrDefault(split => Of(split!.Value) == word)
        ?? throw new SrBatchException(
            ExitCode.Usage, $"--split has '{word}'; must be of train, validation, test, infer, separated by commas")).ToHashSet();

    /// <summary>Reads <c>4G</c>: a whole number, then nothing or K, M, G or T for 1024 to the power 1 to 4.</summary>
    /// <returns>Bytes; null when <paramref name="text"/> has another form or is too large.</returns>
    public static long? Bytes(string text)
    {
        int power = text.Length == 0 ? 0 : "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) + 1;
        ReadOnlySpan<char> digits = power > 0 ? text.AsSpan(0, text.Length - 1) : text;
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        return isNumber && count <= long.MaxValue >> (10 * power)
            ? (long)count << (10 * power)
            : null;
    }
}
