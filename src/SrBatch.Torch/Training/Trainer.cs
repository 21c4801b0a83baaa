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
/// Trains a generator, and for the gan loss a discriminator against it. Its state is weights and moments alone: <see cref="Export"/> and
/// <see cref="Restore"/> with the step number resume it exactly.
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
    /// <param name="device">Where to train it.</param>
    /// <param name="ranks">The processes that train it together; null: this one alone.</param>
    public Trainer(ModelOptions model, TrainingOptions options, ComputeDevice device, ICollective? ranks = null)
    {
        _options = options;
        Schedule = TrainingSchedule.Begin(options.Schedule, options.Steps);
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

    public ComputeDevice Device { get; }

    /// <summary>Learning rates, and when the discriminator joins.</summary>
    public TrainingSchedule Schedule { get; set; }

    internal Network Generator => _generator;

    internal nn.Module? Discriminator => _adversary?.Network;

    /// <summary>Number of pieces in which a step's patches go through the networks; doubles each time that memory is too small.</summary>
    public int Pieces { get; private set; } = 1;

    /// <summary>Arithmetic of the networks; weights, moments and averages are float32 in any case.</summary>
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

    /// <summary>The generator with the averaged weights as they are now; valid as long as this trainer.</summary>
    public TrainedGenerator Averaged => new(_averaged, _device);

    /// <summary>
    /// One update of the generator and, when it is its turn, of the discriminator. All ranks call it together, each with its part of the
    /// step's patches; the result is that of one process with all of them.
    /// </summary>
    /// <param name="step">From 1.</param>
    /// <param name="batch">This rank's patches of that step.</param>
    /// <param name="rateFactor">The plateau schedule multiplies the learning rates by it.</param>
    /// <param name="share">The part of the step's patches that these are; those of all ranks sum to 1.</param>
    /// <returns>The losses of the whole step, the same on all ranks.</returns>
    /// <exception cref="SrBatchException">Exit code 65: the loss or a gradient is not finite; the generator is unchanged.</exception>
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
        GradientCheck.RequireFinite(_generatorParameters, step, "generator");
        _generatorParameters.ClipGradients(_options.GradientClip);
        _generatorAdam.Step(step, Schedule.RateAt(_options.LearningRate, step) * rateFactor);
        Average(step);
        return done.Losses!.Value;
    }

    /// <summary>Difference of the generator's gradients in bf16 and fp32 on a pattern, relative to their length; leaves fp32 on.</summary>
    public double RoundingError()
    {
        const int Side = 64;
        using var scope = NewDisposeScope();
        Tensor row = tensor(Enumerable.Range(0, Side).Select(i => (float)i).ToArray(), device: _device);
        Tensor x = row.view(1, 1, 1, Side), y = row.view(1, 1, Side, 1);
        // Bands with fine structure; the target is the bands alone.
        Tensor smooth_11hw = x.Plus(y).Times(0.2).sin().PlusInPlace(1).TimesInPlace(0.3);
        Tensor input_11hw = smooth_11hw.Plus(x.Times(1.3).sin() * y.Times(1.1).cos().Times(0.1));
        double[] enlarged = [_averaged.Scale, _averaged.Scale];
        Tensor target_11HW = nn.functional.interpolate(smooth_11hw, scale_factor: enlarged, mode: InterpolationMode.Nearest);
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

    /// <summary>Whether all ranks have the same weights, bit for bit. All ranks call it together.</summary>
    public bool IsSameOnAllRanks() => _ranks.Size == 1 || _ranks.IsSame(_generatorParameters.Digest());

    /// <summary>All that a resume needs, in C order; names are PyTorch's with a prefix for each part.</summary>
    public IReadOnlyList<WeightArray> Export() =>
    [
        .. _generatorParameters.Export(_generatorParameters.Values, "generator."),
        .. _averagedParameters.Export(_averagedParameters.Values, AveragedPrefix),
        .. _generatorAdam.Export("generator_adam."),
        .. _adversary?.Export() ?? [],
    ];

    /// <summary>The averaged generator, without a prefix: the weights that inference loads.</summary>
    public IReadOnlyList<WeightArray> ExportModel() => [.. _averagedParameters.Export(_averagedParameters.Values, "")];

    /// <summary>The result of <see cref="ExportModel"/> at the time when <paramref name="arrays"/> were exported.</summary>
    public static IReadOnlyList<WeightArray> ModelOf(IReadOnlyList<WeightArray> arrays) =>
    [
        .. arrays.Where(array => array.Name.StartsWith(AveragedPrefix, StringComparison.Ordinal))
            .Select(array => array with { Name = array.Name[AveragedPrefix.Length..] }),
    ];

    /// <param name="arrays">Result of <see cref="Export"/>.</param>
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
    /// Copies the averaged weights of another model into both networks, as far as names and shapes agree. Moments stay zero.
    /// </summary>
    /// <param name="arrays">Result of <see cref="ExportModel"/> or <see cref="Export"/>.</param>
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
        _generatorAdam.Dispose();
        _adversary?.Dispose();
        _generatorParameters.Dispose();
        _averagedParameters.Dispose();
        _generator.Dispose();
        _averaged.Dispose();
    }

    private IEnumerable<Tensor> State() =>
        [_generatorParameters.Values, _averagedParameters.Values, .. _generatorAdam.State(), .. _adversary?.State() ?? []];

    /// <returns>False if memory was too small; <paramref name="done"/> then tells what need not be repeated.</returns>
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
    /// The gradients of the generator, and the discriminator's update. In one piece, the same graph gives the losses and their gradients.
    /// In several, no graph is kept and the generator runs twice, since the structure loss needs the mean over all pieces and ranks.
    /// </summary>
    private void Gradients(int step, PatchBatch batch, double rateFactor, double share, StepProgress done)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs_B1hw = InPieces(ChannelsLast(batch.Inputs, batch.Count, batch.InputSide));
        Tensor[] targets_B1HW = InPieces(ChannelsLast(batch.Targets, batch.Count, batch.TargetSide));
        // Null if all pixels count, as in nearly all batches: then nothing is computed for it.
        Tensor[]? counted_B1HW = batch.Mask is { } mask
            ? InPieces(ChannelsLast(mask, batch.Count, batch.TargetSide).to(ScalarType.Bool))
            : null;
        double[] shares = [.. inputs_B1hw.Select(piece => share * piece.shape[0] / batch.Count)];
        bool isWhole = inputs_B1hw.Length == 1;
        int together = _adversary is null ? 0 : step - (_options with { Steps = Schedule.BegunSteps }).LastStepWithoutDiscriminator();
        LossTerms? kept = null;
        if (done.Losses is null)
        {
            using IDisposable? without = isWhole ? null : no_grad();
            Tensor[] predictions_B1HW = [.. inputs_B1hw.Select((_, i) => Prediction(i))];
            if (done.DiscriminatorLoss is null && together > 0 && (together - 1) % _options.DiscriminatorEvery == 0)
            {
                int update = 1 + ((together - 1) / _options.DiscriminatorEvery);
                double rate = Schedule.RateAt(_options.DiscriminatorLearningRate, step) * rateFactor;
                done.DiscriminatorLoss = _adversary!.Learn(step, (update, rate), targets_B1HW, predictions_B1HW, shares, done);
            }
            LossTerms[] terms =
            [
                .. predictions_B1HW.Zip(targets_B1HW, (prediction, target) => Terms(prediction, target, together > 0)),
            ];
            double notCounted = batch.Mask is null ? 0 : share * batch.Mask.Count(value => value == 0) / batch.Mask.Length;
            (done.Losses, done.PixelFactor) = new LossSum(_options, _ranks).OfAllRanks(shares, terms, done.DiscriminatorLoss, notCounted);
            LossSum.RequireFinite(step, done.Losses.Value);
            kept = isWhole ? terms[0] : null;
        }
        _generatorParameters.Gradients.zero_();
        for (int i = 0; i < inputs_B1hw.Length; i++)
        {
            using var piece = NewDisposeScope();
            (kept ?? Terms(Prediction(i), targets_B1HW[i], together > 0))
                .Weighted(_options, shares[i], done.Losses.Value, done.PixelFactor).backward();
        }
        if (!_isProven)
        {
            _generatorParameters.RequireIntact();
            _isProven = true;
        }

        // Where a pixel does not count, prediction and target are equal: no term has a gradient there.
        Tensor Prediction(int i)
        {
            Tensor prediction_B1HW = _generator.call(inputs_B1hw[i]);
            return counted_B1HW is null ? prediction_B1HW : where(counted_B1HW[i], prediction_B1HW, targets_B1HW[i]);
        }
    }

    private Tensor[] InPieces(Tensor batch) => Pieces == 1 ? [batch] : batch.chunk(Pieces);

    private LossTerms Terms(Tensor prediction_B1HW, Tensor target_B1HW, bool isJudged) =>
        LossTerms.Of(_options, prediction_B1HW, target_B1HW, isJudged ? _adversary : null);

    /// <summary>Exponential moving average, shorter at first so that the random start is forgotten soon.</summary>
    private void Average(int step)
    {
        using var noGradient = no_grad();
        double decay = Math.Min(_options.EmaDecay, (1.0 + step) / (10.0 + step));
        _averagedParameters.Values.TimesInPlace(decay).PlusInPlace(_generatorParameters.Values, 1 - decay);
    }

    private Tensor ChannelsLast(float[] values, int count, int side) =>
        tensor(values, [count, side, side, 1], device: _device).permute(0, 3, 1, 2);
}
