using SrBatch.Core.Exports;

namespace SrBatch.Torch.Networks;

/// <summary>A generator of the catalogue.</summary>
/// <param name="Create">Makes one from features and scale, with random weights from torch's global generator.</param>
/// <param name="PythonClass">Name of the same network's class in Networks/Python/NAME.py.</param>
/// <param name="Papers">Its sources.</param>
internal sealed record NetworkKind(Func<int, int, Network> Create, string PythonClass, params IReadOnlyList<Citation> Papers);
