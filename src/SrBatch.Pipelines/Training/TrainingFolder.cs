using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Training;
using SrBatch.Core.Trust;
using SrBatch.Core.Weights;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Parquet;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>What training leaves in its folder: checkpoints, the table of losses, the model.</summary>
/// <param name="folder">Where.</param>
/// <param name="plan">What it is trained on, other groups left out.</param>
/// <param name="group">What it is trained for; null: all images.</param>
/// <param name="init">What it begins with; null: random weights, or whatever the newest checkpoint began with.</param>
/// <param name="context">The world outside.</param>
internal sealed class TrainingFolder(ModelFolder folder, Plan plan, string? group, InitialWeights? init, RunContext context)
{
    private readonly CheckpointFolder _checkpoints = new(folder.Checkpoints);
    /// <summary>All that decides the weights but how long: a finished training may be continued with more steps.</summary>
    private readonly string _planSha256 = (plan with
    {
        Training = plan.Training with { Steps = 1, CheckpointEvery = 1, LogEvery = 1, ValidateEvery = 1 },
    }).ContentSha256();
    private readonly ProgressFiles _progress = new(folder, context.Time);
    private readonly long _started = Stopwatch.GetTimestamp();
    private List<TrainingRow> _rows = [];
    private long _rowStarted = Stopwatch.GetTimestamp();
    private ModelCard? _card;
    private IReadOnlyList<TrainingPlane> _planes = [];
    private ValidationScores _validation;
    private bool _validated;
    private TrainingState _state = new();

    /// <summary>What the networks were trained in so far, <c>fp32</c> or <c>bf16</c>; null at the first step.</summary>
    public string? Precision { get; private set; }

    /// <summary>What the plateau schedule multiplies the learning rates by.</summary>
    public double RateFactor => _state.RateFactor;

    /// <summary>Whether early stopping has its reason.</summary>
    public bool ShouldEnd => _state.ShouldEnd(plan.Training);

    /// <summary>Of the newest checkpoint; 0 without one.</summary>
    public int NewestStep => _checkpoints.Steps() is [.., var newest] ? newest : 0;

    /// <summary>Whether the model is there with all its steps.</summary>
    /// <exception cref="SrBatchException">Exit code 78: a model trained under another plan is in the way.</exception>
    public bool IsTrained()
    {
        if (!File.Exists(folder.Model))
        {
            return false;
        }
        ModelCard card = ModelCard.FromMetadata(Safetensors.ReadMetadata(folder.Model), folder.Model);
        RefuseOther(card, folder.Model);
        return card.EndedEarly || card.Step >= plan.Training.Steps;
    }

    /// <summary>What the model's card says, whatever the step.</summary>
    public void Describe(IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped, Trainer trainer)
    {
        _planes = planes;
        _card = CardOf(planes, skipped, trainer);
    }

    private ModelCard CardOf(IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped, Trainer trainer) => new()
    {
        Name = plan.Name,
        Group = group,
        Model = plan.Model,
        Training = plan.Training,
        ReceptiveField = trainer.Averaged.ReceptiveField,
        Stride = trainer.Averaged.Stride,
        PixelSizeUm = Median([.. planes.Select(plane => plane.Image).DistinctBy(image => image.Id).Select(image => image.Input!.PixelSizeUm).OfType<double>().Order()]),
        TrainingImages = [.. planes.Select(plane => plane.Image.Id).Distinct()],
        SkippedImages = skipped,
        TrainingPlanes = planes.Count,
        TrainingPixels = planes.Sum(plane => plane.Image.Input!.Height * plane.Image.Input.Width),
        Step = 0,
        PlanSha256 = _planSha256,
        Version = AppVersion.Text,
    };

    /// <summary>Brings the trainer to the newest whole checkpoint, or to another model's weights when there is none.</summary>
    /// <returns>Steps done, 0 without a checkpoint.</returns>
    public int Resume(Trainer trainer)
    {
        (Checkpoint? newest, IReadOnlyList<string> warnings) = _checkpoints.NewestValid();
        foreach (string warning in warnings)
        {
            Log.Warning(context.Log, warning);
        }
        if (newest is null)
        {
            _card = _card! with { Init = init?.Carry(trainer, plan, context) };
            return 0;
        }
        ModelCard card = ModelCard.FromMetadata(newest.Metadata, newest.Path);
        RefuseOther(card, newest.Path);
        if (!card.TrainingImages.SequenceEqual(_card!.TrainingImages))
        {
            string changed = string.Join(", ", card.TrainingImages.Except(_card.TrainingImages).Concat(_card.TrainingImages.Except(card.TrainingImages)).Take(10));
            throw new SrBatchException(ExitCode.ImagesFailed, $"{newest.Path}: trained on {card.TrainingImages.Count} images, now {_card.TrainingImages.Count} can be used; different: {changed}. Make them readable again, or use a new run folder.");
        }
        trainer.Restore(newest.Arrays, newest.Path);
        _state = TrainingState.FromMetadata(newest.Metadata, newest.Path);
        if (File.Exists(folder.TrainingTable))
        {
            _rows = [.. TrainingParquet.Read(folder.TrainingTable).Where(row => row.Step <= newest.Step)];
        }
        _progress.GoOnFrom(newest.Step);
        _validated = card.ValidationPsnrDb is not null;
        _validation = new ValidationScores(card.ValidationPsnrDb, card.ValidationSsim, card.ValidationGroups);
        _card = _card with { Init = card.Init };
        Precision = card.TrainedIn ?? "fp32";
        Log.Resuming(context.Log, newest.Path);
        return newest.Step;
    }

    /// <summary>From now on the networks are trained in this.</summary>
    public void TrainIn(string precision)
    {
        Precision = precision;
        _card = _card! with { TrainedIn = precision };
    }

    /// <summary>Whether a validation at <paramref name="step"/> was due, and a signal or a kill came in its way.</summary>
    public bool OwesValidation(int step) => step > 0 && !_validated && (step % plan.Training.ValidateEvery == 0 || step == plan.Training.Steps || ShouldEnd);

    public void Record(StepLosses losses)
    {
        _validated = false;
        _state = _state with { SinceRow = _state.SinceRow.Plus(losses) };
    }

    /// <returns>Whether these are the best scores so far: then the step's checkpoint is worth keeping.</returns>
    public bool Record(int step, ValidationScores scores)
    {
        _validated = true;
        _validation = scores;
        _progress.Write(step, scores);
        Change(_state.AfterValidation(step, scores.PsnrDb, plan.Training));
        return scores.PsnrDb is not null && _state.BestStep == step;
    }

    /// <summary>A row of the table and a line in the log, when <paramref name="step"/> is a logging step and has none yet.</summary>
    public void LogRow(int step)
    {
        if (_state.SinceRow.Count == 0 || (step % plan.Training.LogEvery != 0 && step != plan.Training.Steps && !ShouldEnd))
        {
            return;
        }
        double seconds = Stopwatch.GetElapsedTime(_rowStarted).TotalSeconds;
        _rowStarted = Stopwatch.GetTimestamp();
        int steps = _state.SinceRow.Count;
        StepLosses means = _state.SinceRow.Means();
        Change(_state.AfterRow(step, means));
        var row = new TrainingRow
        {
            Step = step,
            GeneratorLoss = means.Generator,
            DiscriminatorLoss = means.Discriminator,
            AdversarialLoss = means.Adversarial,
            PixelLoss = means.Pixel,
            PatchSsim = means.Ssim,
            LearningRate = _state.RateFactor * LearningRate.At(plan.Training.Schedule, plan.Training.LearningRate, step, plan.Training.Steps),
            ValidationPsnrDb = _validated ? _validation.PsnrDb : null,
            ValidationSsim = _validated ? _validation.Ssim : null,
            Seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
            ImagesPerSecond = steps * plan.Training.Batch / seconds,
        };
        _rows.Add(row);
        _progress.Write(row);
        string validation = row.ValidationPsnrDb is { } psnr ? string.Create(CultureInfo.InvariantCulture, $", validation {psnr:F2} dB, SSIM {row.ValidationSsim:F4}") : "";
        Log.TrainingStep(context.Log, step, plan.Training.Steps, row.GeneratorLoss.ToString("G4", CultureInfo.InvariantCulture), row.ImagesPerSecond.ToString("F1", CultureInfo.InvariantCulture), validation);
    }

    /// <returns>The checkpoint's path.</returns>
    public string Save(Trainer trainer, int step)
    {
        // The table first: rows after the newest checkpoint are dropped when training goes on, but one that is missing before it would never be written.
        TrainingParquet.Write(folder.TrainingTable, _rows);
        string path = _checkpoints.Save(step, trainer.Export(), Metadata(step));
        _checkpoints.Prune(keepNewest: 3, _state.BestPsnrDb is null ? null : _state.BestStep);
        return path;
    }

    /// <summary>Writes the last checkpoint and the model; the last step is validated.</summary>
    /// <returns>False when a signal came before the model was written.</returns>
    public bool Finish(Trainer trainer, int step)
    {
        Save(trainer, step);
        bool isLast = !ShouldEnd || _state.BestStep == step;
        (IReadOnlyList<WeightArray> weights, ModelCard card) = isLast ? (trainer.ExportModel(), Card(step)) : Best();
        MeasuredHalo? halo;
        double? bf16CostDb = null;
        InputDistribution? inputs;
        OutputConsistency? outputs;
        using (TrainedGenerator generator = TrainedGenerator.Load(card.Model, weights, folder.Model, trainer.Device))
        {
            try
            {
                if (card.ValidationPsnrDb is { } exactDb && TrainingPrecision.HasUnits(trainer) && PrecisionChoice.TryPackBf16(generator))
                {
                    if (new Validator(plan, SingleProcess.Instance, context).Score(generator) is not { } rounded)
                    {
                        return false;
                    }
                    bf16CostDb = exactDb - rounded.PsnrDb;
                    generator.Pack(Torch.Devices.Precision.Fp32);
                }
                halo = HaloSamples.Measure(generator, card.Intensities, plan.Images.Where(image => image.Split is Split.Validation or Split.Train).OrderBy(image => image.Split != Split.Validation), context.Reading(plan.LinkedFolders), context.Stop);
                inputs = new TrainingInputs(plan, context).Measure(_planes, card.Intensities);
                outputs = new TrainingOutputs(plan, context).Measure(generator);
            }
            catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
            {
                return false;
            }
        }
        card = card with { EndedEarly = ShouldEnd, Warnings = _state.Warnings, Halo = halo, Bf16CostDb = bf16CostDb, Inputs = inputs, Outputs = outputs };
        Safetensors.Write(folder.Model, [.. weights, .. inputs is null ? [] : InputDistributionArrays.From(inputs)], new Dictionary<string, string> { [ModelCard.MetadataKey] = card.ToJson() });
        if (ShouldEnd)
        {
            Log.EndedEarly(context.Log, _state.ValidationsSinceBest, step, _state.BestStep, _state.BestPsnrDb!.Value.ToString("F2", CultureInfo.InvariantCulture));
        }
        Log.ModelWritten(context.Log, folder.Model);
        return true;
    }

    /// <summary>The averaged generator of the best checkpoint, which pruning spares.</summary>
    private (IReadOnlyList<WeightArray> Weights, ModelCard Card) Best()
    {
        (IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(_checkpoints.PathOf(_state.BestStep));
        return (Trainer.ModelOf(arrays), ModelCard.FromMetadata(metadata, _checkpoints.PathOf(_state.BestStep)));
    }

    private Dictionary<string, string> Metadata(int step) => new()
    {
        [ModelCard.MetadataKey] = Card(step).ToJson(),
        [TrainingState.MetadataKey] = _state.ToJson(),
    };

    /// <summary>Takes the new state and says what it noticed.</summary>
    private void Change(TrainingState state)
    {
        foreach (string warning in state.Warnings.Skip(_state.Warnings.Count))
        {
            Log.Diverging(context.Log, warning);
        }
        _state = state;
    }

    private ModelCard Card(int step) => _card! with
    {
        Step = step,
        ValidationPsnrDb = _validated ? _validation.PsnrDb : null,
        ValidationSsim = _validated ? _validation.Ssim : null,
        ValidationGroups = _validated ? _validation.Groups : [],
    };

    private void RefuseOther(ModelCard card, string path)
    {
        if (card.PlanSha256 != _planSha256)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} was trained under another plan or with another seed than this command's. Use a new run folder, or the same options as before.");
        }
        init?.RequireSame(card, path, context);
    }

    /// <summary>The lower one of two; null of none.</summary>
    private static double? Median(double[] ascending) => ascending.Length == 0 ? null : ascending[(ascending.Length - 1) / 2];
}
