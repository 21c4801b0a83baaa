using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Inference;

/// <summary>
/// A network of another program, as a TorchScript archive. Windows may have any size: they are padded to a size that the network accepts,
/// and its output is cropped.
/// </summary>
internal sealed class ScriptedNetwork : IDisposable
{
    private readonly jit.ScriptModule _module;
    private readonly ExternalModel _model;
    private readonly string _where;

    /// <param name="archive">The archive.</param>
    /// <param name="model">Its axes, sizes and scale.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <param name="device">Where to run.</param>
    /// <exception cref="SrBatchException">Exit code 65: libtorch cannot load it.</exception>
    public ScriptedNetwork(byte[] archive, ExternalModel model, string where, Device device)
    {
        _model = model;
        _where = where;
        try
        {
            _module = jit.load(archive, device.type, device.index);
            _module.eval();
        }
        catch (ExternalException fault)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{where}: not a TorchScript model that libtorch {__version__} loads: {FirstLine(fault)}. "
                    + "Save it with torch.jit.script or torch.jit.trace and torch.jit.save.",
                fault);
        }
    }

    /// <summary>(B, 1, h, w) to (B, 1, scale h, scale w).</summary>
    /// <exception cref="SrBatchException">Exit code 65: the network fails, or its output has another shape.</exception>
    public Tensor Run(Tensor x_B1hw)
    {
        using var scope = NewDisposeScope();
        int height = (int)x_B1hw.shape[2], width = (int)x_B1hw.shape[3];
        long right = SideFor(width, isHeight: false) - width, below = SideFor(height, isHeight: true) - height;
        Tensor padded_B1HW = nn.functional.pad(x_B1hw, [0, right, 0, below], PaddingModes.Replicate);
        Tensor output_B1HW = _model.OneAtATime
            ? cat([.. padded_B1HW.unbind(0).Select(one_1HW => Call(one_1HW.unsqueeze(0)))], 0)
            : Call(padded_B1HW);
        long wantedHeight = padded_B1HW.shape[2] * _model.Scale, wantedWidth = padded_B1HW.shape[3] * _model.Scale;
        if (output_B1HW.shape[2] != wantedHeight || output_B1HW.shape[3] != wantedWidth)
        {
            throw Fault(
                $"makes {output_B1HW.shape[2]} x {output_B1HW.shape[3]} pixels of {padded_B1HW.shape[2]} x {padded_B1HW.shape[3]}; "
                + $"expected {wantedHeight} x {wantedWidth} (scale {_model.Scale}). Set model.scale to what it makes.");
        }
        return output_B1HW.narrow(2, 0, (long)height * _model.Scale).narrow(3, 0, (long)width * _model.Scale).MoveToOuterDisposeScope();
    }

    public void Dispose() => _module.Dispose();

    /// <summary>The smallest side that the network accepts and that is at least as long.</summary>
    private long SideFor(int length, bool isHeight)
    {
        if (_model.FixedSize is { } size)
        {
            int side = isHeight ? size.Height : size.Width;
            return length <= side
                ? side
                : throw Fault(
                    $"accepts only windows of {size.Height} x {size.Width}; a window has {length} {(isHeight ? "rows" : "columns")}. "
                    + $"Set inference.tile to {Math.Min(size.Height, size.Width)} or less.");
        }
        int beyond = Math.Max(0, length - _model.LeastSide);
        return _model.LeastSide + ((beyond + _model.Step - 1) / _model.Step * (long)_model.Step);
    }

    private Tensor Call(Tensor x_B1HW)
    {
        object result;
        try
        {
            result = _module.call(Arranged(x_B1HW, "bcyx", _model.InputAxes));
        }
        catch (ExternalException fault) when (!fault.Message.Contains("memory", StringComparison.OrdinalIgnoreCase))
        {
            throw Fault(
                $"fails on a window of {x_B1HW.shape[2]} x {x_B1HW.shape[3]}: {FirstLine(fault)}. "
                + "Set inference.tile to a size that it accepts.",
                fault);
        }
        if (result is Tensor y && y.Dimensions == _model.OutputAxes.Length)
        {
            return Arranged(y.to(ScalarType.Float32), _model.OutputAxes, "bcyx");
        }
        string found = result is Tensor other
            ? $"a tensor of {other.Dimensions} dims"
            : $"{result?.GetType().Name ?? "nothing"}, not a tensor";
        throw Fault($"returns {found}; expected one tensor with the dims {_model.OutputAxes}.");
    }

    private SrBatchException Fault(string what, Exception? inner = null) => new(ExitCode.ImagesFailed, $"{_where}: {what}", inner);

    /// <summary>Adds and removes dims of length 1, and permutes the dims.</summary>
    private static Tensor Arranged(Tensor x, string from, string to)
    {
        for (int dim = from.Length - 1; dim >= 0; dim--)
        {
            if (!to.Contains(from[dim], StringComparison.Ordinal))
            {
                x = x.squeeze(dim);
                from = from.Remove(dim, 1);
            }
        }
        foreach (char missing in to.Where(axis => !from.Contains(axis, StringComparison.Ordinal)))
        {
            x = x.unsqueeze(0);
            from = missing + from;
        }
        return x.permute([.. to.Select(axis => (long)from.IndexOf(axis, StringComparison.Ordinal))]).contiguous();
    }

    private static string FirstLine(Exception fault)
    {
        string[] lines = fault.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault() ?? fault.GetType().Name;
    }
}
