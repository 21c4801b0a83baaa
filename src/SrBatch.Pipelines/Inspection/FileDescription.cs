using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Inspection;

/// <summary>An HDF5 file as <c>inspect</c> describes it.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Flavour">See <see cref="DatasetHeader.Flavour"/>.</param>
/// <param name="Image">The image that <c>dataset: auto</c> would read; null: see <paramref name="ImageProblem"/>.</param>
/// <param name="ImageProblem">Does not name the file.</param>
/// <param name="Datasets">In the order of the file's groups.</param>
internal sealed record FileDescription(
    string File,
    string Flavour,
    DatasetHeader? Image,
    string? ImageProblem,
    IReadOnlyList<DatasetDescription> Datasets);
