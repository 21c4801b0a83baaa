using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Training;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>
/// Trains a generator, and for the gan loss a discriminator against it. Its whole state is weights and moments: <see cref="Export"/> and
/// <see cref="Restore"/> with the step number resume it exactly, since nothing here draws random numbers after the first weights.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const string AveragedPrefix = "averaged.";

    private readonly TrainingOptions _options;
    private readonly Device _device;
    private readonly Network _generator, _averaged;
    private readonly FlatParameters _generatorParameters, _averagedParameters;
    private readonly Adam _generatorAdam;
    private readonly Adversary? _adversary;
    private readonly ICollective _ranks;
    private bool _isProven;

    /// <param name="model">Which network.</param>
    /// <param name="options">How to train it.</param>
    /// <param name="device">Where.</param>
    /// <param name="ranks">Who else trains the same; null: nobody.</param>
    public Trainer(ModelOptions model, TrainingOptions options, ComputeDevice device, ICollective? ranks = null)
    {
        _options = options;
        _ranks = ranks ?? SingleProcess.Instance;
        _device = device.Torch;
        Device = device;
        manual_seed(options.Seed);
        _generator = NetworkCatalog.Create(model);
        _averaged = NetworkCatalog.Create(model);
        _generator.to(_device);
        _averaged.to(_device);
        _generatorParameters = new FlatParameters(_generator);
        _averagedParameters = new FlatParameters(_averaged);
        _generatorAdam = new Adam(_generatorParameters);
        if (options.Loss == LossKind.Gan)
        {
            _adversary = new Adversary(options.GradientClip, _device, _ranks);
        }
        using var noGradient = no_grad();
        _averagedParameters.Values.copy_(_generatorParameters.Values);
    }

    public long ParameterCount => _generator.ParameterCount;

    /// <summary>Where it trains.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The generator with the averaged weights as they are now; lives as long as this trainer.</summary>
    public TrainedGenerator Averaged => new(_averaged, _device);

    /// <summary>
    /// One update of the generator and, when it is its turn, of the discriminator. All ranks call it together, each with its part of the step's patches; what
    /// comes of it is what one process makes of all of them.
    /// </summary>
    /// <param name="step">From 1.</param>
    /// <param name="batch">This rank's patches of that step.</param>
    /// <param name="rateFactor">What the plateau schedule multiplies the learning rates by.</param>
    /// <param name="share">What part of the step's patches they are; those of all ranks sum to 1.</param>
    /// <returns>The losses of the whole step, the same on all ranks.</returns>
    /// <exception cref="SrBatchException">Exit code 65: the loss is not a finite number.</exception>
    public StepLosses Step(int step, PatchBatch batch, double rateFactor = 1, double share = 1)
    {
        using var scope = NewDisposeScope();
        Tensor input_B1hw = ChannelsLast(batch.Inputs, batch.Count, batch.InputSide);
        Tensor target_B1HW = ChannelsLast(batch.Targets, batch.Count, batch.TargetSide);
        Tensor prediction_B1HW = _generator.call(input_B1hw);

        int together = _adversary is null ? 0 : step - _options.LastStepAlone();
        double? discriminatorLoss = together > 0 && (together - 1) % _options.DiscriminatorEvery == 0
            ? _adversary!.Learn(1 + ((together - 1) / _options.DiscriminatorEvery), Rate(_options.DiscriminatorLearningRate, step) * rateFactor, target_B1HW, prediction_B1HW.detach(), share)
            : null;

        Tensor pixel = Losses.Pixel(_options.PixelTerm(), prediction_B1HW, target_B1HW);
        Tensor? ssim = _options.StructureWeight() > 0 ? Losses.Ssim(prediction_B1HW, target_B1HW) : null;
        Tensor? adversarial = together > 0 ? _adversary!.Judge(prediction_B1HW) : null;
        StepLosses losses = OfAllRanks(share, pixel.Value(), ssim?.Value(), adversarial?.Value(), discriminatorLoss);
        RefuseNonFinite(step, losses);

        // Each term is a mean over patches, but the structure loss is a logarithm of one: its slope is that at the mean over all ranks.
        Tensor loss = pixel.Times(share * _options.PixelWeight());
        if (ssim is not null)
        {
            loss = loss.Plus(ssim.Times(share * _options.StructureWeight() * Losses.StructureSlope(losses.Ssim!.Value)));
        }
        if (adversarial is not null)
        {
            loss = loss.Plus(adversarial.Times(share));
        }
        _generatorParameters.Gradients.zero_();
        loss.backward();
        if (!_isProven)
        {
            _generatorParameters.RequireIntact();
            _isProven = true;
        }
        _ranks.Sum(_generatorParameters.Gradients);
        _generatorParameters.ClipGradients(_options.GradientClip);
        _generatorAdam.Step(step, Rate(_options.LearningRate, step) * rateFactor);
        Average(step);
        return losses;
    }

    /// <summary>Brings all ranks to the state of rank 0.</summary>
    public void BroadcastState()
    {
        foreach (Tensor values in State())
        {
            _ranks.Broadcast(values);
        }
    }

    /// <summary>Whether all ranks have the same weights, to the last bit; all of them ask together.</summary>
    public bool IsSameOnAllRanks() => _ranks.Size == 1 || _ranks.IsSame(_generatorParameters.Digest());

    /// <summary>All that resume needs, in C order; names are PyTorch's with a prefix for each part.</summary>
    public IReadOnlyList<WeightArray> Export() =>
    [
        .. _generatorParameters.Export(_generatorParameters.Values, "generator."),
        .. _averagedParameters.Export(_averagedParameters.Values, AveragedPrefix),
        .. _generatorAdam.Export("generator_adam."),
        .. _adversary?.Export() ?? [],
    ];

    /// <summary>The averaged generator alone, without a prefix: what inference loads.</summary>
    public IReadOnlyList<WeightArray> ExportModel() => [.. _averagedParameters.Export(_averagedParameters.Values, "")];

    /// <summary>What <see cref="ExportModel"/> would have given when <paramref name="arrays"/> were exported.</summary>
    public static IReadOnlyList<WeightArray> ModelOf(IReadOnlyList<WeightArray> arrays) =>
        [.. arrays.Where(array => array.Name.StartsWith(AveragedPrefix, StringComparison.Ordinal)).Select(array => array with { Name = array.Name[AveragedPrefix.Length..] })];

    /// <param name="arrays">What <see cref="Export"/> gave.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">Exit code 65: an array is missing or has another shape.</exception>
    public void Restore(IReadOnlyList<WeightArray> arrays, string where)
    {
        Dictionary<string, WeightArray> byName = arrays.ToDictionary(array => array.Name, StringComparer.Ordinal);
        _generatorParameters.Import(_generatorParameters.Values, "generator.", byName, where);
        _averagedParameters.Import(_averagedParameters.Values, AveragedPrefix, byName, where);
        _generatorAdam.Import("generator_adam.", byName, where);
        _adversary?.Import(byName, where);
    }

    /// <summary>
    /// Starts the generator and its average from another's averaged weights, as far as names and shapes agree; the rest stays random, moments zero.
    /// </summary>
    /// <param name="arrays">What <see cref="ExportModel"/> or <see cref="Export"/> gave.</param>
    public CarriedWeights StartFrom(IReadOnlyList<WeightArray> arrays)
    {
        Dictionary<string, WeightArray> byName = arrays.ToDictionary(array => array.Name, StringComparer.Ordinal);
        string prefix = arrays.Any(array => array.Name.StartsWith(AveragedPrefix, StringComparison.Ordinal)) ? AveragedPrefix : "";
        CarriedWeights carried = _generatorParameters.ImportFitting(_generatorParameters.Values, prefix, byName);
        using var noGradient = no_grad();
        _averagedParameters.Values.copy_(_generatorParameters.Values);
        return carried;
    }

    public void Dispose()
    {
        foreach (IDisposable? part in (ReadOnlySpan<IDisposable?>)
            [_generatorAdam, _adversary, _generatorParameters, _averagedParameters, _generator, _averaged])
        {
            part?.Dispose();
        }
    }

    private IEnumerable<Tensor> State() => [_generatorParameters.Values, _averagedParameters.Values, .. _generatorAdam.State(), .. _adversary?.State() ?? []];

    private StepLosses OfAllRanks(double share, double pixel, double? ssim, double? adversarial, double? discriminator)
    {
        Span<double> sums = [share * pixel, share * (ssim ?? 0), share * (adversarial ?? 0), discriminator ?? 0];
        sums[3] *= share;
        _ranks.Sum(sums);
        double generator = (_options.PixelWeight() * sums[0]) + (ssim is null ? 0 : _options.StructureWeight() * Losses.Structure(sums[1])) + sums[2];
        return new StepLosses(generator, discriminator is null ? null : sums[3], adversarial is null ? null : sums[2], sums[0], ssim is null ? null : sums[1]);
    }

    /// <summary>Exponential moving average, shorter at first so that the random start is soon forgotten.</summary>
    private void Average(int step)
    {
        using var noGradient = no_grad();
        double decay = Math.Min(_options.EmaDecay, (1.0 + step) / (10.0 + step));
        _averagedParameters.Values.TimesInPlace(decay).PlusInPlace(_generatorParameters.Values, 1 - decay);
    }

    private double Rate(double peak, int step) => LearningRate.At(_options.Schedule, peak, step, _options.Steps);

    private Tensor ChannelsLast(float[] values, int count, int side) =>
        tensor(values, [count, side, side, 1], device: _device).permute(0, 3, 1, 2);

    private static void RefuseNonFinite(int step, StepLosses losses)
    {
        if (!double.IsFinite(losses.Generator) || losses.Discriminator is { } d && !double.IsFinite(d))
        {
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"step {step}: the loss is {losses.Generator} (pixel {losses.Pixel}, discriminator {losses.Discriminator?.ToString() ?? "none"}); expected a finite number. "
                + "Checkpoints before it are kept. Lower training.learningRate, or look for NaN or empty training images with 'srbatch inspect --digest'.");
        }
    }
}
