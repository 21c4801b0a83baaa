namespace SrBatch.Torch.Registration;

/// <summary>The same field seen by two microscopes, row-major (Y,X).</summary>
/// <param name="Input">The low-resolution plane; the target is moved into its frame.</param>
/// <param name="Target">The high-resolution plane, of any size.</param>
public sealed record ImagePair(float[] Input, float[] Target);
