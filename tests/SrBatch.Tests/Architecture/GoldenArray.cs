using System.Runtime.InteropServices;
using System.Text.Json;

namespace SrBatch.Tests.Architecture;

/// <summary>Arrays in goldens: base64 of little-endian float32.</summary>
internal static class GoldenArray
{
    public static float[] Floats(JsonElement text) => MemoryMarshal.Cast<byte, float>(text.GetBytesFromBase64()).ToArray();
}
