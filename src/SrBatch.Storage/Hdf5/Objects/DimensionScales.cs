using System.Runtime.InteropServices;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>
/// Writes coordinates of a dataset's axes, as the HDF5 Dimension Scale Specification defines them. Does not use libhdf5_hl, which is not
/// installed everywhere.
/// </summary>
internal static class DimensionScales
{
    /// <summary>
    /// Longer axes get no scale. Their length may come from a damaged file, and the scale would be larger than a plane of the image.
    /// </summary>
    private const long MostIndices = 1 << 20;

    /// <summary>
    /// For every axis with a known step, creates the dataset <c>/LETTER</c> with index * step in micrometres and attaches it to all
    /// <paramref name="datasets"/>.
    /// </summary>
    /// <param name="datasets">At least one; all have the same shape.</param>
    /// <param name="axes">The letter of each axis.</param>
    /// <param name="stepsUm">Distance of neighbouring indices along each axis, micrometres; null: unknown.</param>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    internal static unsafe void Attach(Hdf5File file, Hdf5Dataset[] datasets, string axes, double?[] stepsUm)
    {
        using var scope = Hdf5Library.Enter();
        var owners = Array.ConvertAll(datasets, dataset => Reference(file, dataset.Path));
        var scales = stackalloc ulong[axes.Length];
        var lists = stackalloc VariableLength[axes.Length];
        var isAny = false;
        for (var axis = 0; axis < axes.Length; axis++)
        {
            lists[axis] = default;
            if (stepsUm[axis] is { } step && datasets[0].Shape[axis] <= MostIndices)
            {
                var attached = Array.ConvertAll(owners, owner => new AttachedTo { Dataset = owner, Axis = axis });
                scales[axis] = Reference(file, Create(file, axes[axis], datasets[0].Shape[axis], step, attached));
                lists[axis] = new VariableLength { Count = 1, First = (nint)(scales + axis) };
                isAny = true;
            }
        }
        if (isAny)
        {
            using var list = Hdf5Handle.Type(H5T.vlen_create(H5T.ObjectReference));
            foreach (var dataset in datasets)
            {
                dataset.Attributes.Write("DIMENSION_LIST", list, lists, axes.Length, isScalar: false);
            }
        }
    }

    /// <returns>Path of the scale.</returns>
    private static unsafe string Create(Hdf5File file, char letter, long length, double step, AttachedTo[] owners)
    {
        var values = new double[length];
        for (var n = 0; n < values.Length; n++)
        {
            values[n] = n * step;
        }
        var scale = file.CreateDataset(letter.ToString(), ElementType.Float64, [length]);
        scale.Write<double>([0], [length], values);
        SetFixed(scale.Attributes, "CLASS", "DIMENSION_SCALE");
        SetFixed(scale.Attributes, "NAME", letter.ToString());
        scale.Attributes.Set("units", "um");
        using var member = Hdf5Handle.Type(H5T.create(H5T.Compound, (nuint)sizeof(AttachedTo)));
        _ = H5T.insert(member.Id, "dataset", 0, H5T.ObjectReference);
        _ = H5T.insert(member.Id, "dimension", sizeof(ulong), H5T.Int32);
        fixed (AttachedTo* first = owners)
        {
            scale.Attributes.Write("REFERENCE_LIST", member, first, owners.Length, isScalar: false);
        }
        return scale.Path;
    }

    /// <summary>Sets a text of fixed length, the only kind that libhdf5_hl accepts here.</summary>
    private static unsafe void SetFixed(Hdf5Attributes attributes, string name, string value)
    {
        using var type = Hdf5Handle.Type(H5T.copy(H5T.CString));
        var bytes = Encoding.ASCII.GetBytes(value + '\0');
        _ = H5T.set_size(type.Id, (nuint)bytes.Length);
        fixed (byte* first = bytes)
        {
            attributes.Write(name, type, first, 1, isScalar: true);
        }
    }

    private static ulong Reference(Hdf5File file, string path) => H5R.create(out var reference, file.Id, path, H5R.Object, space: -1) >= 0
        ? reference
        : throw Hdf5Error.Writing(file.Path, $"a reference to '{path}' cannot be made");

    /// <summary>hvl_t.</summary>
    private struct VariableLength
    {
        internal nuint Count;
        internal nint First;
    }

    /// <summary>A member of REFERENCE_LIST: a dataset that uses the scale, and the index of the axis; 16 bytes as in libhdf5_hl.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct AttachedTo
    {
        internal ulong Dataset;
        internal int Axis;
    }
}
