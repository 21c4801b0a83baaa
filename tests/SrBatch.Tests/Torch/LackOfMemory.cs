using System.Runtime.InteropServices;

namespace SrBatch.Tests.Torch;

/// <summary>What TorchSharp throws when libtorch has no memory, but for the type's own name.</summary>
/// <param name="message">libtorch's.</param>
internal sealed class LackOfMemory(string message) : ExternalException(message);
