using System.Runtime.InteropServices;

namespace SrBatch.Tests.Torch;

/// <summary>As TorchSharp's exception when libtorch has no memory, except for the type.</summary>
/// <param name="message">libtorch's message.</param>
internal sealed class LackOfMemory(string message) : ExternalException(message);
