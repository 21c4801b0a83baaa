using SrBatch.Core.Planning;
using SrBatch.Torch.Registration;

namespace SrBatch.Pipelines.Registration;

/// <summary>Planes of a pair that share one map: all z of a t and c.</summary>
/// <param name="Planes">Their indices in both datasets.</param>
/// <param name="Measured">How many of them were measured.</param>
/// <param name="Registration">The map and how well it fits.</param>
internal sealed record MovedPlanes((PlaneIndex Input, PlaneIndex Target)[] Planes, int Measured, PairAlignment Registration);
