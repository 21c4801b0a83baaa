using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Inspection;

/// <summary>What <c>inspect</c> tells of an HDF5 file.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Flavour">See <see cref="DatasetHeader.Flavour"/>.</param>
/// <param name="Image">What <c>dataset: auto</c> would take; null where <paramref name="ImageProblem"/> says why nothing.</param>
/// <param name="ImageProblem">Without the file's name.</param>
/// <param name="Datasets">In the order of the walk.</param>
internal sealed record FileDescription(string File, string Flavour, DatasetHeader? Image, string? ImageProblem, IReadOnlyList<DatasetDescription> Datasets);
