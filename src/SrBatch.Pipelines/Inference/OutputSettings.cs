using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Inference;

/// <summary>Everything that the pixels of an output depend on, beside its input and its layout.</summary>
/// <param name="Version">Of srbatch.</param>
/// <param name="ModelSha256">Of the models.</param>
/// <param name="Precision">In which they run.</param>
/// <param name="Orientations">In how many orientations each runs.</param>
/// <param name="Intensities">
/// Of each model: the SHA-256 of a package is that of its weights alone, and its processing may have been corrected.
/// </param>
internal sealed record OutputSettings(
    string Version,
    string ModelSha256,
    string Precision,
    int Orientations,
    IReadOnlyList<IntensityRule> Intensities)
{
    /// <returns>32 bytes; an output that was begun under another fingerprint begins again.</returns>
    public byte[] Fingerprint(PlannedDataset input, TileSizes tiles, IReadOnlyList<PlaneLayout> layouts)
    {
        var file = new FileInfo(input.File);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{input}\n{string.Join(',', input.Start)}\n{string.Join(',', input.Count)}\n");
        text.Append(CultureInfo.InvariantCulture, $"{(file.Exists ? file.Length : 0)} {file.LastWriteTimeUtc.Ticks}\n{tiles}\n");
        foreach (PlaneLayout layout in layouts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{layout.Dataset} {string.Join(',', layout.Shape)} {layout.ElementType} ");
            text.Append(CultureInfo.InvariantCulture, $"{layout.ChunkRows} {layout.ChunkColumns}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{Version} {ModelSha256} {Precision} {Orientations}\n{string.Join('\n', Intensities)}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
