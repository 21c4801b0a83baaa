using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SrBatch.Pipelines.Training.Patches;

/// <summary>The planes of a training, by image id.</summary>
/// <param name="Planes">To train on.</param>
/// <param name="Skipped">Ids of images that cannot be used.</param>
internal sealed record TrainingPlanes(IReadOnlyList<TrainingPlane> Planes, IReadOnlyList<string> Skipped)
{
    public int ImageCount => Planes.Select(plane => plane.Image.Id).Distinct().Count();

    /// <summary>Changes with everything that the patches of a step depend on: the planes, their intensities and their structure.</summary>
    public uint Digest()
    {
        string text = string.Join('\n', Planes.Select(plane =>
            $"{plane.Image.Id} {plane.Input} {plane.InputRange} {plane.TargetRange} {plane.Structure?.Share:R}"));
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
