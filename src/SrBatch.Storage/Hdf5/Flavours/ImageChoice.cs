using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Chooses the image among the datasets of a plain HDF5 file, for <c>dataset: auto</c>.</summary>
internal sealed class ImageChoice(Hdf5File file)
{
    /// <summary>Pixels along the shorter side of a plane from which on it is taken for an image, whatever links lead nowhere.</summary>
    private const int LeastSide = 32;

    /// <exception cref="SrBatchException">There is no image or no single choice (exit 65); the message lists what there is.</exception>
    internal string Path()
    {
        var all = file.WalkDatasets();
        var readable = all.Where(found => found.Type?.ElementType is not null && found.Shape.Length >= 2 && !IsScale(found.Path)).ToList();
        var images = Best(readable);
        var usual = images.Where(found => UsualNames.IsInput(found.Path)).ToList();
        var chosen = images is [var only] ? only : usual is [var named] ? named : null;
        var unread = Unread(all, chosen);
        if (unread is not null && (chosen is not null || images.Count == 0))
        {
            return unread.Path;
        }
        if (chosen is not null)
        {
            return chosen.Path;
        }
        if (images.Count == 0)
        {
            var held = all.Count == 0 ? "no dataset" : ImageFlavour.Listed(all);
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"{file.Path}: there is no image; the file holds {held}. Expected a dataset of numbers with at least 2 axes.");
        }
        throw new SrBatchException(
            ExitCode.ImagesFailed,
            $"{file.Path}: which dataset is the input? Set input.dataset to one of {ImageFlavour.Listed(images)}.");
    }

    /// <summary>Leaves out companions, and then single lines of values such as texts stored as bytes, if anything else remains.</summary>
    private static List<Hdf5Found> Best(List<Hdf5Found> found)
    {
        var images = found.FindAll(image => !UsualNames.IsCompanion(image.Path));
        var planes = images.FindAll(image => image.Shape.Count(length => length > 1) >= 2);
        return planes.Count > 0 ? planes : images.Count > 0 ? images : found;
    }

    /// <summary>
    /// The largest object that may be the image although it cannot be read. Objects of unknown size, such as links that may not be
    /// followed, are judged by their names. A link that leads nowhere may be the image if it has the name of one, or if what is there
    /// is as small as a text or an icon.
    /// </summary>
    private static Hdf5Found? Unread(IReadOnlyList<Hdf5Found> all, Hdf5Found? chosen)
    {
        var unread = all.Where(found => !UsualNames.IsCompanion(found.Path) && (found.Problem is not null
            || (found.Type is { ElementType: null, IsNumeric: true } && found.Shape.Length >= 2))).ToList();
        if (chosen is null || (UsualNames.IsCompanion(chosen.Path) && unread.Count > 0))
        {
            return unread.MaxBy(Values);
        }
        var isNamed = UsualNames.IsInput(chosen.Path);
        return unread.Where(found => UsualNames.IsInput(found.Path)
            ? !isNamed || Values(found) > Values(chosen)
            : (!isNamed || found.Problem is null) && (!found.IsBrokenLink || IsSmall(chosen)) && !UsualNames.IsTarget(found.Path)
                && Values(found) > Values(chosen)).MaxBy(Values);
    }

    /// <summary>True if no plane of the dataset is larger than a text or an icon.</summary>
    private static bool IsSmall(Hdf5Found found) => found.Shape.OrderDescending().ElementAt(1) < LeastSide;

    private static double Values(Hdf5Found found) =>
        found.Problem is not null ? double.PositiveInfinity : found.Shape.Aggregate(1.0, (product, length) => product * length);

    private bool IsScale(string path)
    {
        using var attributes = file.AttributesOf(path);
        return AttachedScales.IsScale(attributes);
    }
}
