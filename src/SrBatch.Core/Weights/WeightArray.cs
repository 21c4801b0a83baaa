namespace SrBatch.Core.Weights;

/// <summary>A named float32 array in C order, on its way between a tensor and a safetensors file.</summary>
/// <param name="Name">PyTorch's dotted parameter name, e.g. <c>generator.down1.conv1.weight</c>.</param>
/// <param name="Shape">Lengths of the dims; empty for a scalar.</param>
/// <param name="Values">As many values as the product of <paramref name="Shape"/>.</param>
public sealed record WeightArray(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);
