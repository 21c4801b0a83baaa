namespace SrBatch.Torch.Inference;

/// <summary>Runs a network on a batch of windows of one size.</summary>
/// <param name="windows">count x height x width values, normalised; height and width multiples of the network's stride.</param>
/// <param name="count">Number of windows.</param>
/// <param name="height">Rows of a window.</param>
/// <param name="width">Columns of a window.</param>
/// <param name="result">Receives count x scale height x scale width values.</param>
public delegate void RunNetwork(ReadOnlySpan<float> windows, int count, int height, int width, Span<float> result);
