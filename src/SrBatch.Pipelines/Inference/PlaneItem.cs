namespace SrBatch.Pipelines.Inference;

/// <summary>The end of a plane: all its blocks went before, or were finished by an earlier attempt.</summary>
internal sealed record PlaneItem(PlaneWork Plane) : WorkItem(Plane.Image.Image);
