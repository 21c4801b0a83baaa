using System.Globalization;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>An attribute of an Imaris file: an array of characters, a text, a number, or an array of the characters' codes.</summary>
/// <param name="Text">As written.</param>
/// <param name="Value">Null if it is not a number.</param>
internal sealed record ImarisNumber(string Text, double? Value)
{
    /// <returns>Null if the attribute is missing or empty.</returns>
    internal static ImarisNumber? Read(Hdf5Attributes attributes, string name)
    {
        if (attributes.GetJoinedString(name)?.Trim() is { } text)
        {
            return text.Length == 0 ? null : new ImarisNumber(text, Parse(text));
        }
        if (attributes.GetDoubles(name) is not [var first, ..] numbers)
        {
            return null;
        }
        if (numbers.Length == 1)
        {
            return new ImarisNumber(first.ToString(CultureInfo.InvariantCulture), first);
        }
        var codes = string.Concat(numbers.Select(code => code is >= 32 and < 127 ? (char)code : ' ')).Trim();
        return new ImarisNumber(codes, Parse(codes));
    }

    private static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
