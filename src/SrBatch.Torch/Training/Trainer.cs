using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Core.Weights;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;
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

    internal Network Generator => _generator;

    /// <summary>In how many pieces a step's patches go through the networks: twice as many each time that memory did not suffice.</summary>
    public int Pieces { get; private set; } = 1;

    /// <summary>What the networks are trained in; weights, moments and averages are float32 whatever it is.</summary>
    public Precision Precision
    {
        get;
        set
        {
            field = value;
            ScalarType type = value == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
            Convolution.ComputeIn(_generator, type);
            _adversary?.ComputeIn(type);
        }
    }

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
    /// <exception cref="ExternalException">There is no memory for a single patch.</exception>
    public StepLosses Step(int step, PatchBatch batch, double rateFactor = 1, double share = 1)
    {
        using var scope = NewDisposeScope();
        var done = new StepProgress();
        while (!TryGradients(step, batch, rateFactor, share, done))
        {
            Pieces = Math.Min(2 * Pieces, batch.Count);
        }
        _ranks.Sum(_generatorParameters.Gradients);
        _generatorParameters.ClipGradients(_options.GradientClip);
        _generatorAdam.Step(step, Rate(_options.LearningRate, step) * rateFactor);
        Average(step);
        return done.Losses!.Value;
    }

    /// <summary>How far the generator's gradient in bf16 is from that in fp32, of its length, on a pattern; the trainer is in fp32 then.</summary>
    public double RoundingError()
    {
        const int Side = 64;
        using var scope = NewDisposeScope();
        Tensor row = tensor(Enumerable.Range(0, Side).Select(i => (float)i).ToArray(), device: _device), x = row.view(1, 1, 1, Side), y = row.view(1, 1, Side, 1);
        // Bands with fine structure, to be brought back without it.
        Tensor smooth_11hw = x.Plus(y).Times(0.2).sin().PlusInPlace(1).TimesInPlace(0.3), input_11hw = smooth_11hw.Plus(x.Times(1.3).sin() * y.Times(1.1).cos().Times(0.1));
        Tensor target_11HW = nn.functional.interpolate(smooth_11hw, scale_factor: [_averaged.Scale, _averaged.Scale], mode: InterpolationMode.Nearest);
        Tensor exact = Gradient(Precision.Fp32), rounded = Gradient(Precision.Bf16);
        Precision = Precision.Fp32;
        _generatorParameters.Gradients.zero_();
        return (rounded - exact).norm().Value() / exact.norm().Value();

        Tensor Gradient(Precision precision)
        {
            Precision = precision;
            _generatorParameters.Gradients.zero_();
            Losses.Pixel(PixelLoss.Mse, _generator.call(input_11hw), target_11HW).backward();
            return _generatorParameters.Gradients.clone();
        }
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

    /// <returns>False when there was no memory; what <paramref name="done"/> then says needs no other try.</returns>
    private bool TryGradients(int step, PatchBatch batch, double rateFactor, double share, StepProgress done)
    {
        try
        {
            Gradients(step, batch, rateFactor, share, done);
            return true;
        }
        catch (ExternalException fault) when (Pieces < batch.Count && !done.IsUpdating && TorchMemory.IsLacking(fault))
        {
            return false;
        }
    }

    /// <summary>
    /// The gradients of the generator, and the discriminator's update. In one piece a graph serves for the losses' values and for their gradients; in several, none
    /// is kept, and the generator runs twice: the structure loss's slope is that at the mean over all pieces and ranks.
    /// </summary>
    private void Gradients(int step, PatchBatch batch, double rateFactor, double share, StepProgress done)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs_B1hw = InPieces(ChannelsLast(batch.Inputs, batch.Count, batch.InputSide)), targets_B1HW = InPieces(ChannelsLast(batch.Targets, batch.Count, batch.TargetSide));
        double[] shares = [.. inputs_B1hw.Select(piece => share * piece.shape[0] / batch.Count)];
        bool isWhole = inputs_B1hw.Length == 1;
        int together = _adversary is null ? 0 : step - _options.LastStepWithoutDiscriminator();
        LossTerms? kept = null;
        if (done.Losses is null)
        {
            using IDisposable? without = isWhole ? null : no_grad();
            Tensor[] predictions_B1HW = [.. inputs_B1hw.Select(_generator.call)];
            if (done.DiscriminatorLoss is null && together > 0 && (together - 1) % _options.DiscriminatorEvery == 0)
            {
                done.DiscriminatorLoss = _adversary!.Learn(
                    1 + ((together - 1) / _options.DiscriminatorEvery), Rate(_options.DiscriminatorLearningRate, step) * rateFactor, targets_B1HW, predictions_B1HW, shares, done);
            }
            LossTerms[] terms = [.. predictions_B1HW.Zip(targets_B1HW, (prediction, target) => Terms(prediction, target, together > 0))];
            done.Losses = OfAllRanks(shares, terms, done.DiscriminatorLoss);
            RefuseNonFinite(step, done.Losses.Value);
            kept = isWhole ? terms[0] : null;
        }
        _generatorParameters.Gradients.zero_();
        for (int i = 0; i < inputs_B1hw.Length; i++)
        {
            using var piece = NewDisposeScope();
            (kept ?? Terms(_generator.call(inputs_B1hw[i]), targets_B1HW[i], together > 0)).Weighted(_options, shares[i], done.Losses.Value).backward();
        }
        if (!_isProven)
        {
            _generatorParameters.RequireIntact();
            _isProven = true;
        }
    }

    private Tensor[] InPieces(Tensor batch) => Pieces == 1 ? [batch] : batch.chunk(Pieces);

    private LossTerms Terms(Tensor prediction_B1HW, Tensor target_B1HW, bool isJudged) => LossTerms.Of(_options, prediction_B1HW, target_B1HW, isJudged ? _adversary : null);

    private StepLosses OfAllRanks(double[] shares, LossTerms[] terms, double? discriminator)
    {
        Span<double> sums = [0, 0, 0, discriminator ?? 0];
        for (int i = 0; i < terms.Length; i++)
        {
            sums[0] += shares[i] * terms[i].Pixel.Value();
            sums[1] += shares[i] * (terms[i].Ssim?.Value() ?? 0);
            sums[2] += shares[i] * (terms[i].Adversarial?.Value() ?? 0);
        }
        _ranks.Sum(sums);
        bool hasSsim = terms[0].Ssim is not null;
        double generator = (_options.PixelWeight() * sums[0]) + (hasSsim ? _options.StructureWeight() * Losses.Structure(sums[1]) : 0) + sums[2];
        return new StepLosses(generator, discriminator is null ? null : sums[3], terms[0].Adversarial is null ? null : sums[2], sums[0], hasSsim ? sums[1] : null);
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
