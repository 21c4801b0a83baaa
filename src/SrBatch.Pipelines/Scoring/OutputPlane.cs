using SrBatch.Core.Intensities;

namespace SrBatch.Pipelines.Scoring;

/// <summary>An enhanced plane that <see cref="ImageScorer"/> scores.</summary>
/// <param name="Planes">Its place in the image and in the target.</param>
/// <param name="Pixels">The part that <see cref="ImageScorer.Shown"/> asks for; empty if that is null.</param>
/// <param name="Deviation">Standard deviation of several outputs, as many values; null: there is one output.</param>
/// <param name="Map">How the network saw the plane's intensities; null: not known.</param>
internal sealed record OutputPlane(PlanePair Planes, float[] Pixels, float[]? Deviation = null, IntensityMap? Map = null);
