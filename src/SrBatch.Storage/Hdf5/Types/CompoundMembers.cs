using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Types;

/// <summary>Names the members of a compound type, for messages: complex numbers are compounds of two floats.</summary>
internal static class CompoundMembers
{
    private const int MostMembers = 4;

    /// <returns>E.g. <c>r float32</c>, <c>i float32</c>; the first few.</returns>
    internal static IEnumerable<string> Of(long type)
    {
        var count = H5T.get_nmembers(type);
        for (var n = 0; n < Math.Min(count, MostMembers); n++)
        {
            using var member = Hdf5Handle.Type(H5T.get_member_type(type, (uint)n));
            var kind = member.IsInvalid || H5T.get_class(member.Id) == H5T.Compound ? "compound" : Hdf5Type.Of(member.Id).Name;
            yield return $"{NameOf(type, n)} {kind}";
        }
        if (count > MostMembers)
        {
            yield return "...";
        }
    }

    private static string NameOf(long type, int member)
    {
        var name = H5T.get_member_name(type, (uint)member);
        var text = Marshal.PtrToStringUTF8(name);
        _ = H5.free_memory(name);
        return text ?? "?";
    }
}
