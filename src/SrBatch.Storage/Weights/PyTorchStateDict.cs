using System.Runtime.InteropServices;
using System.Text;
using SrBatch.Core.Weights;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Weights;

/// <summary>
/// Writes a state dict in the format of <c>torch.save</c> since PyTorch 1.6: a zip of uncompressed entries, where <c>data.pkl</c> is a
/// pickle of protocol 2 and <c>data/N</c> are the values. The pickle uses only names that <c>torch.load(..., weights_only=True)</c> allows.
/// The same arrays give the same bytes.
/// </summary>
public static class PyTorchStateDict
{
    private const string Root = "weights/";

    /// <param name="arrays">In the order of the dict.</param>
    public static byte[] Write(IReadOnlyList<WeightArray> arrays) => PlainZip.Write(
    [
        (Root + "data.pkl", Pickle(arrays)),
        (Root + "byteorder", "little"u8.ToArray()),
        .. arrays.Select((array, n) => ($"{Root}data/{n}", (ReadOnlyMemory<byte>)MemoryMarshal.AsBytes(array.Values.Span).ToArray())),
        (Root + "version", "3\n"u8.ToArray()),
    ]);

    // Opcodes of pickle (Lib/pickletools.py in CPython); only those that PyTorch's restricted reader supports.
    private const char Mark = '(', Tuple = 't', EmptyTuple = ')', Reduce = 'R', SetItems = 'u', PersistentId = 'Q', Stop = '.';
    private const char Integer = 'J', False = '\x89';
    private const string OrderedDict = "ccollections\nOrderedDict\n";

    private static byte[] Pickle(IReadOnlyList<WeightArray> arrays)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.Latin1);
        void Write(params ReadOnlySpan<char> operations) => writer.Write(Encoding.Latin1.GetBytes(operations.ToArray()));
        void Text(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            writer.Write('X');
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
        void Number(long number)
        {
            Write(Integer);
            writer.Write(checked((int)number));
        }
        void Numbers(IEnumerable<long> numbers)
        {
            Write(Mark);
            foreach (var number in numbers)
            {
                Number(number);
            }
            Write(Tuple);
        }

        Write('\x80', '\x02');
        Write([.. OrderedDict, EmptyTuple, Reduce, Mark]);
        for (var n = 0; n < arrays.Count; n++)
        {
            // name: _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, backward_hooks)
            Text(arrays[n].Name);
            Write([.. "ctorch._utils\n_rebuild_tensor_v2\n", Mark]);
            Write(Mark);
            Text("storage");
            Write("ctorch\nFloatStorage\n");
            Text($"{n}");
            Text("cpu");
            Number(arrays[n].Values.Length);
            Write(Tuple, PersistentId);
            Number(0);
            Numbers(arrays[n].Shape);
            Numbers(Strides(arrays[n].Shape));
            Write([False, .. OrderedDict, EmptyTuple, Reduce, Tuple, Reduce]);
        }
        Write(SetItems, Stop);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Strides of an array in C order, in values.</summary>
    private static long[] Strides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var dim = shape.Count - 1; dim >= 0; dim--)
        {
            strides[dim] = stride;
            stride *= shape[dim];
        }
        return strides;
    }
}
