using SrBatch.Torch.Simulation.Optics;

namespace SrBatch.Torch.Simulation.Designs;

/// <summary>One of the two microscopes with its camera.</summary>
/// <param name="Name">As in docs/simulate.md.</param>
internal sealed record SimulationArm(string Name, Microscope Microscope, Camera Camera);
