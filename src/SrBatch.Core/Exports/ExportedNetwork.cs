using SrBatch.Core.Models;

namespace SrBatch.Core.Exports;

/// <summary>A model and its network as other programs are told of them.</summary>
/// <param name="Card">The model's.</param>
/// <param name="PythonClass">Class that <see cref="PythonFile"/> defines, with the arguments features and scale.</param>
/// <param name="Citations">Papers to cite with it.</param>
public sealed record ExportedNetwork(ModelCard Card, string PythonClass, IReadOnlyList<Citation> Citations)
{
    /// <summary>Where the network stands on its own, beside the weights.</summary>
    public string PythonFile => $"{Card.Model.Network}.py";

    /// <summary>SPDX identifier; null when the card names none.</summary>
    public string? Licence { get; init; }

    /// <summary>Who trained the model; null when the card names nobody.</summary>
    public string? Author { get; init; }
}
