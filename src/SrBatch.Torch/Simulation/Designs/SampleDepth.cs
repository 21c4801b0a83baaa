namespace SrBatch.Torch.Simulation.Designs;

/// <summary>One layer of the sample.</summary>
/// <param name="DepthUm">Distance from the focal plane, micrometres.</param>
/// <param name="Share">Density of structures, relative to the layer in focus.</param>
internal sealed record SampleDepth(double DepthUm, double Share);
