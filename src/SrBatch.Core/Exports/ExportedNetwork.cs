using SrBatch.Core.Models;

namespace SrBatch.Core.Exports;

/// <summary>What an export says about a model and its network.</summary>
/// <param name="Card">The model's card.</param>
/// <param name="PythonClass">Name of the class in <see cref="PythonFile"/>. Its arguments are features and scale.</param>
/// <param name="Citations">Papers to cite when using the model.</param>
public sealed record ExportedNetwork(ModelCard Card, string PythonClass, IReadOnlyList<Citation> Citations)
{
    /// <summary>Name of the Python file, beside the weights, that defines the network.</summary>
    public string PythonFile => $"{Card.Model.Network}.py";

    /// <summary>SPDX identifier; null when the card has none.</summary>
    public string? Licence { get; init; }

    /// <summary>Who trained the model; null when the card does not say.</summary>
    public string? Author { get; init; }
}
