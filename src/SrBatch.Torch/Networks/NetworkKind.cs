using SrBatch.Core.Exports;

namespace SrBatch.Torch.Networks;

/// <summary>A generator of the catalogue.</summary>
/// <param name="Create">From features and scale, with random weights drawn from torch's global generator.</param>
/// <param name="PythonClass">Its twin, in Networks/Python/NAME.py.</param>
/// <param name="Papers">Where it comes from.</param>
internal sealed record NetworkKind(Func<int, int, Network> Create, string PythonClass, params IReadOnlyList<Citation> Papers);
