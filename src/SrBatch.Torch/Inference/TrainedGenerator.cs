using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using SrBatch.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Inference;

/// <summary>A trained network, ready to enhance planes.</summary>
public sealed class TrainedGenerator : IDisposable
{
    private readonly Network _network;
    private readonly Device _device;
    private readonly FlatParameters? _parameters;

    internal TrainedGenerator(Network network, Device device, FlatParameters? parameters = null)
    {
        _network = network;
        _device = device;
        _parameters = parameters;
    }

    public int Scale => _network.Scale;
    public int ReceptiveField => _network.ReceptiveField;
    public int Stride => _network.Stride;
    public long ParameterCount => _network.ParameterCount;

    /// <param name="model">Which network.</param>
    /// <param name="weights">One array for each of its parameters.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <param name="device">Where to run.</param>
    /// <exception cref="SrBatchException">Exit code 65: the weights are another network's.</exception>
    public static TrainedGenerator Load(ModelOptions model, IReadOnlyList<WeightArray> weights, string where, ComputeDevice device)
    {
        Network network = NetworkCatalog.Create(model);
        network.to(device.Torch);
        var parameters = new FlatParameters(network);
        parameters.Import(parameters.Values, "", weights.ToDictionary(array => array.Name, StringComparer.Ordinal), where);
        return new TrainedGenerator(network, device.Torch, parameters);
    }

    /// <summary>How this network's planes are cut when <paramref name="budgetBytes"/> of memory may be used.</summary>
    public TileSizes ChooseTiles(InferenceOptions options, long budgetBytes) =>
        TileSizes.Choose(options.Tile, options.Halo, _network.ReceptiveField, _network.Stride, _network.BytesPerPixel, budgetBytes);

    /// <summary>As the instance would choose, for a model that is not trained yet.</summary>
    public static TileSizes ChooseTiles(ModelOptions model, InferenceOptions options, long budgetBytes, out long bytesPerPixel)
    {
        using Network network = NetworkCatalog.Create(model);
        bytesPerPixel = network.BytesPerPixel;
        return TileSizes.Choose(options.Tile, options.Halo, network.ReceptiveField, network.Stride, network.BytesPerPixel, budgetBytes);
    }

    /// <summary>Runs the network on a batch of windows.</summary>
    /// <param name="windows">count x height x width values, normalised; height and width multiples of the network's stride.</param>
    /// <param name="count">Windows.</param>
    /// <param name="height">Rows of a window.</param>
    /// <param name="width">Columns of a window.</param>
    /// <returns>count x scale height x scale width values.</returns>
    public float[] Run(float[] windows, int count, int height, int width)
    {
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor x_B1hw = tensor(windows, [count, height, width, 1], device: _device).permute(0, 3, 1, 2);
        return Values(_network.call(x_B1hw));
    }

    /// <summary>As <see cref="Run"/>, the mean over all eight flips and quarter turns of the windows (test-time augmentation): none of them is the network's own.</summary>
    public float[] RunInAllOrientations(float[] windows, int count, int height, int width)
    {
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor x_B1hw = tensor(windows, [count, height, width, 1], device: _device).permute(0, 3, 1, 2);
        Tensor sum_B1HW = zeros(count, 1, height * Scale, width * Scale, device: _device);
        for (int orientation = 0; orientation < 8; orientation++)
        {
            using var one = NewDisposeScope();
            bool flipsRows = (orientation & 1) != 0, flipsColumns = (orientation & 2) != 0, transposes = (orientation & 4) != 0;
            Tensor turned_B1hw = Transposed(Flipped(Flipped(x_B1hw, 2, flipsRows), 3, flipsColumns), transposes).contiguous();
            Tensor enhanced_B1HW = _network.call(turned_B1hw);
            sum_B1HW.PlusInPlace(Flipped(Flipped(Transposed(enhanced_B1HW, transposes), 3, flipsColumns), 2, flipsRows), 1);
        }
        return Values(sum_B1HW.TimesInPlace(1.0 / 8));

        static Tensor Flipped(Tensor x_BCHW, long dim, bool flips) => flips ? x_BCHW.flip(dim) : x_BCHW;
        static Tensor Transposed(Tensor x_BCHW, bool transposes) => transposes ? x_BCHW.transpose(2, 3) : x_BCHW;
    }

    /// <summary>Bicubic interpolation of one plane to the target's grid: what the network is compared with. Pixel centres are aligned as a camera's binning has them.</summary>
    /// <param name="plane">height x width values.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">1 returns the plane itself.</param>
    public static float[] Upsample(float[] plane, int height, int width, int scale)
    {
        if (scale == 1)
        {
            return plane;
        }
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        return Values(nn.functional.interpolate(tensor(plane, [1, 1, height, width]), scale_factor: [scale, scale], mode: InterpolationMode.Bicubic, align_corners: false));
    }

    public void Dispose()
    {
        if (_parameters is not null)
        {
            _parameters.Dispose();
            _network.Dispose();
        }
    }

    private static float[] Values(Tensor x) => x.cpu().contiguous().data<float>().ToArray();
}
