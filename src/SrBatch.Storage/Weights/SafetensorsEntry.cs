using System.Text.Json;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Weights;

/// <summary>One array of a safetensors header.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Shape">Lengths of the dims; empty for a scalar.</param>
/// <param name="Begin">Offset of the first byte after the header.</param>
/// <param name="End">Offset past the last byte.</param>
internal sealed record SafetensorsEntry(string Name, long[] Shape, long Begin, long End)
{
    /// <exception cref="SrBatchException">The array is not float32, or its offsets are invalid (exit 65).</exception>
    internal static SafetensorsEntry Parse(JsonProperty member, long dataStart, long fileBytes, string path)
    {
        var name = member.Name;
        var type = member.Value.GetProperty("dtype").GetString();
        if (type != "F32")
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path}: array '{name}' is {type}; expected F32. Convert it (tensor.float() in PyTorch).");
        }
        var shape = member.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()).ToArray();
        var offsets = member.Value.GetProperty("data_offsets");
        var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        long valueBytes = fileBytes - dataStart;
        if (begin < 0 || end < begin || end > valueBytes)
        {
            throw SafetensorsHeader.Damaged(
                path, $"array '{name}' lies at {begin} to {end}, outside the file's {valueBytes} bytes of values");
        }
        // Int128, because the lengths come from the file and their product may overflow.
        Int128 bytes = sizeof(float);
        foreach (var length in shape)
        {
            bytes = length < 0 || bytes > fileBytes ? -1 : bytes * length;
        }
        if (bytes != end - begin || (end - begin) / sizeof(float) > Array.MaxLength)
        {
            throw SafetensorsHeader.Damaged(path, $"array '{name}' of shape ({string.Join(", ", shape)}) has {end - begin} bytes");
        }
        return new SafetensorsEntry(name, shape, begin, end);
    }
}
