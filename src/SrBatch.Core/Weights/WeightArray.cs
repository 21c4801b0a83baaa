namespace SrBatch.Core.Weights;

/// <summary>A named float32 array in C order: the values of a tensor, as stored in a safetensors file.</summary>
/// <param name="Name">PyTorch's dotted parameter name, e.g. <c>generator.down1.conv1.weight</c>.</param>
/// <param name="Shape">Lengths of the dims; empty for a scalar.</param>
/// <param name="Values">Their number is the product of <paramref name="Shape"/>.</param>
public sealed record WeightArray(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);
