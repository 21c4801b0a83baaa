using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Training;
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
    private readonly Discriminator? _discriminator;
    private readonly FlatParameters? _discriminatorParameters;
    private readonly Adam? _discriminatorAdam;
    private bool _isProven;

    public Trainer(ModelOptions model, TrainingOptions options, ComputeDevice device)
    {
        _options = options;
        _device = device.Torch;
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
            _discriminator = new Discriminator();
            _discriminator.to(_device);
            _discriminatorParameters = new FlatParameters(_discriminator);
            _discriminatorAdam = new Adam(_discriminatorParameters);
        }
        using var noGradient = no_grad();
        _averagedParameters.Values.copy_(_generatorParameters.Values);
    }

    public long ParameterCount => _generator.ParameterCount;

    /// <summary>The generator with the averaged weights as they are now; lives as long as this trainer.</summary>
    public TrainedGenerator Averaged => new(_averaged, _device);

    /// <summary>One update of each network.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="batch">The patches of that step.</param>
    /// <exception cref="SrBatchException">Exit code 65: the loss is not a finite number.</exception>
    public StepLosses Step(int step, PatchBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor input_B1hw = ChannelsLast(batch.Inputs, batch.Count, batch.InputSide);
        Tensor target_B1HW = ChannelsLast(batch.Targets, batch.Count, batch.TargetSide);
        Tensor prediction_B1HW = _generator.call(input_B1hw);

        double? discriminatorLoss = _discriminator is null ? null : UpdateDiscriminator(step, prediction_B1HW, target_B1HW);

        Tensor pixel = Losses.Pixel(_options.Loss, prediction_B1HW, target_B1HW);
        Tensor loss = pixel;
        Tensor? adversarial = null, ssim = null;
        if (_discriminator is not null)
        {
            adversarial = Losses.Adversarial(_discriminator.call(prediction_B1HW));
            ssim = Losses.Ssim(prediction_B1HW, target_B1HW);
            loss = adversarial.Plus(pixel.Times(_options.Lambda)).Plus(Losses.Structure(ssim).Times(_options.Nu));
        }
        var losses = new StepLosses(loss.Value(), discriminatorLoss, adversarial?.Value(), pixel.Value(), ssim?.Value());
        RefuseNonFinite(step, losses);

        _generatorParameters.Gradients.zero_();
        loss.backward();
        if (!_isProven)
        {
            _generatorParameters.RequireIntact();
            _discriminatorParameters?.RequireIntact();
            _isProven = true;
        }
        _generatorAdam.Step(step, Rate(_options.LearningRate, step));
        Average(step);
        return losses;
    }

    /// <summary>All that resume needs, in C order; names are PyTorch's with a prefix for each part.</summary>
    public IReadOnlyList<WeightArray> Export() =>
    [
        .. _generatorParameters.Export(_generatorParameters.Values, "generator."),
        .. _averagedParameters.Export(_averagedParameters.Values, AveragedPrefix),
        .. _generatorAdam.Export("generator_adam."),
        .. _discriminatorParameters?.Export(_discriminatorParameters.Values, "discriminator.") ?? [],
        .. _discriminatorAdam?.Export("discriminator_adam.") ?? [],
    ];

    /// <summary>The averaged generator alone, without a prefix: what inference loads.</summary>
    public IReadOnlyList<WeightArray> ExportModel() => [.. _averagedParameters.Export(_averagedParameters.Values, "")];

    /// <param name="arrays">What <see cref="Export"/> gave.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">Exit code 65: an array is missing or has another shape.</exception>
    public void Restore(IReadOnlyList<WeightArray> arrays, string where)
    {
        Dictionary<string, WeightArray> byName = arrays.ToDictionary(array => array.Name, StringComparer.Ordinal);
        _generatorParameters.Import(_generatorParameters.Values, "generator.", byName, where);
        _averagedParameters.Import(_averagedParameters.Values, AveragedPrefix, byName, where);
        _generatorAdam.Import("generator_adam.", byName, where);
        _discriminatorParameters?.Import(_discriminatorParameters.Values, "discriminator.", byName, where);
        _discriminatorAdam?.Import("discriminator_adam.", byName, where);
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
            [_generatorAdam, _discriminatorAdam, _generatorParameters, _averagedParameters, _discriminatorParameters, _generator, _averaged, _discriminator])
        {
            part?.Dispose();
        }
    }

    private double UpdateDiscriminator(int step, Tensor prediction_B1HW, Tensor target_B1HW)
    {
        _discriminatorParameters!.Gradients.zero_();
        Tensor loss = Losses.Discriminator(_discriminator!.call(target_B1HW), _discriminator.call(prediction_B1HW.detach()));
        loss.backward();
        _discriminatorAdam!.Step(step, Rate(_options.DiscriminatorLearningRate, step));
        return loss.Value();
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
