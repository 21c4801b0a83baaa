using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>
/// Attributes of one group or dataset. Getters return null if the attribute is missing or has another type, because attributes are only
/// hints. HDF5 converts numbers. Setters replace an existing attribute.
/// </summary>
public sealed class Hdf5Attributes : IDisposable
{
    /// <summary>Larger attributes are not read, bytes.</summary>
    private const int MostBytes = 1 << 20;

    private readonly Hdf5Handle _owner;
    private readonly string _file;
    private readonly string _path;
    private readonly ObjectPaths _paths;

    internal Hdf5Attributes(Hdf5Handle owner, string file, string path, ObjectPaths paths)
    {
        _paths = paths;
        _owner = owner;
        _file = file;
        _path = path;
    }

    /// <summary>True if the attribute exists, whatever its type.</summary>
    public bool Has(string name)
    {
        using var scope = Hdf5Library.Enter(_file);
        using var attribute = Open(name);
        return attribute is not null;
    }

    /// <summary>The text of the attribute; the first element of an array.</summary>
    public string? GetString(string name) => GetStrings(name) is [var first, ..] ? first : null;

    /// <summary>The text of the attribute; all elements of an array, which may be single characters, joined.</summary>
    public string? GetJoinedString(string name) => GetTexts(name) is { } texts ? Decode([.. texts.SelectMany(text => text)]) : null;

    public double? GetDouble(string name) => GetDoubles(name) is [var first, ..] ? first : null;

    public long? GetLong(string name)
    {
        using var scope = Hdf5Library.Enter(_file);
        return Numbers<long>(name, H5T.NativeInt64) is [var first, ..] ? first : null;
    }

    /// <summary>All values in C order.</summary>
    public double[]? GetDoubles(string name)
    {
        using var scope = Hdf5Library.Enter(_file);
        return Numbers<double>(name, H5T.NativeDouble);
    }

    /// <summary>All texts in C order, of fixed or variable length. A text that was never set reads as empty.</summary>
    public string[]? GetStrings(string name) => GetTexts(name) is { } texts ? Array.ConvertAll(texts, Decode) : null;

    /// <summary>The bytes of all texts: of a letter of several bytes, an array of single characters has one in each element.</summary>
    private unsafe byte[][]? GetTexts(string name)
    {
        using var scope = Hdf5Library.Enter(_file);
        using var attribute = Open(name);
        if (attribute is null)
        {
            return null;
        }
        using var type = Hdf5Handle.Type(H5A.get_type(attribute.Id));
        var bytes = H5T.get_class(type.Id) == H5T.String ? (long)Math.Min(H5T.get_size(type.Id), MostBytes + 1) : 0;
        if (bytes == 0 || Count(attribute, bytes) is not { } count)
        {
            return null;
        }
        var texts = new byte[count][];
        var buffer = new byte[texts.Length * bytes + 1];
        fixed (byte* start = buffer)
        {
            if (texts.Length > 0 && H5A.read(attribute.Id, type.Id, start) < 0)
            {
                _ = Hdf5Error.Stack();
                return null;
            }
            var isVariable = H5T.is_variable_str(type.Id) > 0;
            for (var n = 0; n < texts.Length; n++)
            {
                var at = start + n * bytes;
                texts[n] = isVariable
                    ? MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)at).ToArray()
                    : Fixed(new ReadOnlySpan<byte>(at, (int)bytes));
                if (isVariable)
                {
                    _ = H5.free_memory(*(nint*)at);
                }
            }
        }
        return texts;
    }

    /// <summary>
    /// For an array of lists of object references, such as <c>DIMENSION_LIST</c>: a path to the first object of each list; null for an
    /// empty list or a missing object.
    /// </summary>
    public unsafe string?[]? GetReferencedPaths(string name)
    {
        using var scope = Hdf5Library.Enter(_file);
        using var attribute = Open(name);
        if (attribute is null)
        {
            return null;
        }
        using var type = Hdf5Handle.Type(H5A.get_type(attribute.Id));
        using var element = Hdf5Handle.Type(H5T.get_class(type.Id) == H5T.VariableLength ? H5T.get_super(type.Id) : -1);
        if (element.IsInvalid || H5T.get_class(element.Id) != H5T.Reference || H5T.equal(element.Id, H5T.ObjectReference) <= 0
            || Count(attribute, sizeof(ReferenceList)) is not { } count)
        {
            return null;
        }
        var paths = new string?[count];
        var lists = new ReferenceList[count + 1];
        fixed (ReferenceList* buffer = lists)
        {
            if (H5A.read(attribute.Id, type.Id, buffer) < 0)
            {
                _ = Hdf5Error.Stack();
                return null;
            }
            for (var n = 0; n < count; n++)
            {
                paths[n] = lists[n].Length == 0 || lists[n].First is null ? null : PathOf(lists[n].First, attribute);
            }
            using var space = Hdf5Handle.Space(H5A.get_space(attribute.Id));
            _ = H5T.reclaim(type.Id, space.Id, buffer);
        }
        return paths;
    }

    public void Set(string name, string value) => SetTexts(name, [value], isScalar: true);

    public void Set(string name, IReadOnlyList<string> values) => SetTexts(name, values, isScalar: false);

    public void Set(string name, long value) => Write(name, [value], Core.Planning.ElementType.Int64, isScalar: true);

    public void Set(string name, double value) => Write(name, [value], Core.Planning.ElementType.Float64, isScalar: true);

    public void Set(string name, float value) => Write(name, [value], Core.Planning.ElementType.Float32, isScalar: true);

    public void Set(string name, ReadOnlySpan<double> values) => Write(name, values, Core.Planning.ElementType.Float64, isScalar: false);

    public void Dispose() => _owner.Dispose();

    private static byte[] Fixed(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return (end < 0 ? bytes : bytes[..end]).ToArray();
    }

    /// <summary>UTF-8, or Latin-1, in which some programs write the micro sign.</summary>
    private static string Decode(byte[] text) =>
        (System.Text.Unicode.Utf8.IsValid(text) ? System.Text.Encoding.UTF8 : System.Text.Encoding.Latin1).GetString(text).TrimEnd(' ');

    private unsafe string? PathOf(void* reference, Hdf5Handle attribute)
    {
        using var found = Hdf5Handle.Object(H5R.dereference(attribute.Id, reference));
        var path = found.IsInvalid ? null : _paths.Of(found);
        _ = H5E.clear(H5E.Default);
        return path;
    }

    private Hdf5Handle? Open(string name)
    {
        if (H5A.exists(_owner.Id, name) <= 0)
        {
            _ = H5E.clear(H5E.Default);
            return null;
        }
        var handle = Hdf5Handle.Attribute(H5A.open(_owner.Id, name, H5P.Default));
        if (handle.IsInvalid)
        {
            handle.Dispose();
            return null;
        }
        return handle;
    }

    /// <summary>Number of values of the attribute; null if they exceed <see cref="MostBytes"/>.</summary>
    private static int? Count(Hdf5Handle attribute, long bytes)
    {
        using var space = Hdf5Handle.Space(H5A.get_space(attribute.Id));
        if (H5S.get_simple_extent_type(space.Id) == H5S.Null)
        {
            return 0;
        }
        var count = Hdf5Space.LengthsOf(space.Id).Aggregate(1.0, (product, length) => product * length);
        return count * bytes <= MostBytes ? (int)count : null;
    }

    private unsafe T[]? Numbers<T>(string name, long memoryType)
        where T : unmanaged
    {
        using var attribute = Open(name);
        if (attribute is null)
        {
            return null;
        }
        using var type = Hdf5Handle.Type(H5A.get_type(attribute.Id));
        if (H5T.get_class(type.Id) is not (H5T.Integer or H5T.Float) || Count(attribute, sizeof(T)) is not { } count)
        {
            return null;
        }
        var values = new T[count];
        fixed (T* buffer = values)
        {
            if (count > 0 && H5A.read(attribute.Id, memoryType, buffer) < 0)
            {
                _ = Hdf5Error.Stack();
                return null;
            }
        }
        return values;
    }

    private unsafe void SetTexts(string name, IReadOnlyList<string> values, bool isScalar)
    {
        using var scope = Hdf5Library.Enter();
        // Variable length: h5py reads these as str and fixed ones as bytes, and axis names must be str.
        using var type = Hdf5Handle.Type(H5T.copy(H5T.CString));
        _ = H5T.set_size(type.Id, H5T.Variable);
        _ = H5T.set_cset(type.Id, 1);
        var pointers = new nint[values.Count];
        try
        {
            for (var n = 0; n < pointers.Length; n++)
            {
                pointers[n] = Marshal.StringToCoTaskMemUTF8(values[n]);
            }
            fixed (nint* buffer = pointers)
            {
                Write(name, type, buffer, pointers.Length, isScalar);
            }
        }
        finally
        {
            Array.ForEach(pointers, Marshal.FreeCoTaskMem);
        }
    }

    private unsafe void Write<T>(string name, ReadOnlySpan<T> values, Core.Planning.ElementType element, bool isScalar)
        where T : unmanaged
    {
        using var scope = Hdf5Library.Enter();
        using var type = Hdf5Type.Memory(element);
        fixed (T* buffer = values)
        {
            Write(name, type, buffer, values.Length, isScalar);
        }
    }

    /// <param name="buffer">The values, in the memory layout of <paramref name="type"/>.</param>
    internal unsafe void Write(string name, Hdf5Handle type, void* buffer, int count, bool isScalar)
    {
        if (H5A.exists(_owner.Id, name) > 0)
        {
            _ = H5A.delete(_owner.Id, name);
        }
        using var space = Hdf5Handle.Space(Hdf5Space.SpaceOf(isScalar ? [] : [count]));
        using var attribute = Hdf5Handle.Attribute(H5A.create(_owner.Id, name, type.Id, space.Id, H5P.Default, H5P.Default));
        if (attribute.IsInvalid || (count > 0 && H5A.write(attribute.Id, type.Id, buffer) < 0))
        {
            throw Hdf5Error.Writing(_file, $"attribute '{name}' of '{_path}' cannot be written");
        }
    }

    /// <summary>hvl_t.</summary>
    private unsafe struct ReferenceList
    {
        internal nuint Length;
        internal void* First;
    }
}
