using SrBatch.Core.Planning;
using SrBatch.Torch.Registration;

namespace SrBatch.Pipelines.Registration;

/// <summary>Planes of a pair that share a map, and the map.</summary>
/// <param name="Planes">Indices in both datasets, along z.</param>
/// <param name="Measured">How many of them were looked at.</param>
internal sealed record MovedPlanes((PlaneIndex Input, PlaneIndex Target)[] Planes, int Measured, PairAlignment Registration);
