using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>Names what scores are based on, so that a later attempt can tell whether they still hold.</summary>
internal static class ScoringBasis
{
    /// <param name="image">Its input and target count: which part of which dataset, and length and time of the file.</param>
    /// <param name="settings">What else decides.</param>
    /// <returns>16 hexadecimal digits.</returns>
    public static string HashOf(PlannedImage image, IEnumerable<string> settings)
    {
        string text = string.Join('\n', [AppVersion.Text, .. settings, Text(image.Input), Text(image.Target)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    private static string Text(PlannedDataset? source) => source is null
        ? "none"
        : $"{source} {string.Join(',', source.Start)} {string.Join(',', source.Count)} {source.ElementSizeUm} {Stamp(source.File)}";

    private static string Stamp(string file) => FileStamps.Of(file) is { } stamp ? $"{stamp.Length} {stamp.ModifiedUtc:O}" : "missing";
}
