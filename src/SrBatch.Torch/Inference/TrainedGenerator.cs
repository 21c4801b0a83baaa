using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Tiling;
using SrBatch.Core.Training;
using SrBatch.Core.Weights;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Inference;

/// <summary>A trained network, ready to enhance planes.</summary>
public sealed class TrainedGenerator : IDisposable
{
    private readonly Func<Tensor, Tensor> _run;
    private readonly Action<ScalarType>? _pack;
    private readonly Device _device;
    private readonly IDisposable[] _owned;

    /// <param name="network">The caller disposes it.</param>
    /// <param name="device">The network's device.</param>
    internal TrainedGenerator(Network network, Device device)
        : this(network, device, [])
    {
    }

    private TrainedGenerator(Network network, Device device, IDisposable[] owned)
    {
        _run = network.call;
        _pack = network.Pack;
        _device = device;
        _owned = owned;
        Scale = network.Scale;
        ReceptiveField = network.ReceptiveField;
        Stride = network.Stride;
        BytesPerPixel = network.BytesPerPixel;
    }

    private TrainedGenerator(ScriptedNetwork network, ExternalModel model, Device device)
    {
        _run = network.Run;
        _device = device;
        _owned = [network];
        Scale = model.Scale;
        Stride = model.Step;
        FixedSide = model.FixedSize is { } size ? Math.Min(size.Height, size.Width) : null;
        BytesPerPixel = UnknownBytesPerPixel;
        ReceptiveField = InfluenceProbe.Reach(Run, Scale, Stride, FixedSide);
    }

    /// <summary>Output pixels per input pixel, along each axis.</summary>
    public int Scale { get; }

    /// <summary>Input pixels to each side that one output pixel depends on.</summary>
    public int ReceptiveField { get; }

    /// <summary>Sides and starts of windows are multiples of it.</summary>
    public int Stride { get; }

    /// <summary>Longest side of windows, in networks of a fixed size; null: any.</summary>
    public int? FixedSide { get; }

    /// <summary>Memory for each input pixel of a window; an upper estimate.</summary>
    public long BytesPerPixel { get; }

    /// <summary>Whether <see cref="Pack"/> can change the precision.</summary>
    public bool CanPack => _pack is not null;

    /// <summary>Memory for each pixel in networks of other programs: eight times 32 maps of float32.</summary>
    private const long UnknownBytesPerPixel = 1024;

    public bool IsOnGpu => _device.type == DeviceType.CUDA;

    /// <param name="model">The network's name and options.</param>
    /// <param name="weights">One array for each of its parameters.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <param name="device">Where to run.</param>
    /// <exception cref="SrBatchException">Exit code 65: the weights belong to another network.</exception>
    public static TrainedGenerator Load(ModelOptions model, IReadOnlyList<WeightArray> weights, string where, ComputeDevice device)
    {
        Network network = NetworkCatalog.Create(model);
        network.to(device.Torch);
        var parameters = new FlatParameters(network);
        parameters.Import(parameters.Values, "", weights.ToDictionary(array => array.Name, StringComparer.Ordinal), where);
        return new TrainedGenerator(network, device.Torch, [parameters, network]);
    }

    /// <param name="archive">A TorchScript archive.</param>
    /// <param name="model">Its axes, sizes and scale.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <param name="device">Where to run.</param>
    /// <exception cref="SrBatchException">Exit code 65: libtorch cannot load it, or it fails on a window.</exception>
    public static TrainedGenerator LoadScript(byte[] archive, ExternalModel model, string where, ComputeDevice device) =>
        new(new ScriptedNetwork(archive, model, where, device.Torch), model, device.Torch);

    /// <summary>A network with random weights, for questions that do not depend on them.</summary>
    public static TrainedGenerator Untrained(ModelOptions model)
    {
        Network network = NetworkCatalog.Create(model);
        return new TrainedGenerator(network, CPU, [network]);
    }

    /// <summary>Chooses how a plane is cut.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="options">The user's choices.</param>
    /// <param name="halo">Width of the halo, input pixels.</param>
    /// <param name="budgetBytes">Memory for the network's activations.</param>
    public TileSizes ChooseTiles(long height, long width, InferenceOptions options, int halo, long budgetBytes) =>
        TileSizes.Choose(
            height, width, Scale, options.Tile ?? FixedSide, halo, Stride, budgetBytes / ((options.Batch ?? 1) * BytesPerPixel));

    /// <summary>From now on the network runs in this precision, with its present weights in the fastest layout.</summary>
    public void Pack(Precision precision)
    {
        _pack!(precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
    }

    /// <summary>Runs the network on a batch of windows.</summary>
    /// <inheritdoc cref="RunNetwork"/>
    public void Run(ReadOnlySpan<float> windows, int count, int height, int width, Span<float> result)
    {
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Download(_run(Upload(windows, count, height, width)), result);
    }

    /// <summary>Number of ways to map a square to itself.</summary>
    public const int Orientations = 8;

    /// <summary>As <see cref="Run"/>, but flips and transposes windows first, and the results back (test-time augmentation).</summary>
    /// <param name="orientation">0 to 7, see <see cref="SquarePatch.Orient"/>; 0 is <see cref="Run"/>.</param>
    public RunNetwork InOrientation(int orientation)
    {
        bool flipsColumns = (orientation & 1) != 0, flipsRows = (orientation & 2) != 0, transposes = (orientation & 4) != 0;
        return orientation == 0 ? Run : RunTurned;

        void RunTurned(ReadOnlySpan<float> windows, int count, int height, int width, Span<float> result)
        {
            using var noGradient = inference_mode();
            using var scope = NewDisposeScope();
            Tensor upright_B1hw = Upload(windows, count, height, width);
            Tensor turned_B1hw = Flipped(Flipped(Transposed(upright_B1hw), 2, flipsRows), 3, flipsColumns).contiguous();
            Download(Transposed(Flipped(Flipped(_run(turned_B1hw), 2, flipsRows), 3, flipsColumns)), result);
        }

        static Tensor Flipped(Tensor x_BCHW, long dim, bool flips) => flips ? x_BCHW.flip(dim) : x_BCHW;
        Tensor Transposed(Tensor x_BCHW) => transposes ? x_BCHW.transpose(2, 3) : x_BCHW;
    }

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }
    }

    private Tensor Upload(ReadOnlySpan<float> windows, int count, int height, int width)
    {
        Tensor host_Bhw1 = empty(count, height, width, 1);
        windows.CopyTo(LibTorch.Values(host_Bhw1));
        if (IsOnGpu)
        {
            // From pinned memory, copying overlaps with the GPU's computations.
            host_Bhw1 = host_Bhw1.pin_memory().to(_device, non_blocking: true);
        }
        return host_Bhw1.permute(0, 3, 1, 2);
    }

    private static void Download(Tensor y, Span<float> result) =>
        LibTorch.Values(y.to(ScalarType.Float32).cpu().contiguous()).CopyTo(result);
}
