using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Training;
using SrBatch.Storage.Parquet;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Training;
using SrBatch.Worker.Logging;

namespace SrBatch.Worker.Runs;

/// <summary>What training leaves in the run folder: checkpoints, the table of losses, the model.</summary>
internal sealed class TrainingFolder(RunFolder run, Plan plan, RunContext context)
{
    private const string BestStep = "best_step", BestPsnr = "best_psnr_db";

    private readonly CheckpointFolder _checkpoints = new(run.Checkpoints);
    /// <summary>All that decides the weights but how long: a finished training may be continued with more steps.</summary>
    private readonly string _planSha256 = (plan with
    {
        Training = plan.Training with { Steps = 1, CheckpointEvery = 1, LogEvery = 1, ValidateEvery = 1 },
    }).ContentSha256();
    private readonly ProgressFiles _progress = new(run, context.Time);
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<StepLosses> _sinceRow = [];
    private List<TrainingRow> _rows = [];
    private long _rowStarted = Stopwatch.GetTimestamp();
    private ModelCard? _card;
    private ValidationScores _validation;
    private bool _validated;
    private (int Step, double PsnrDb)? _best;

    /// <summary>Whether the model is there with all its steps.</summary>
    /// <exception cref="SrBatchException">Exit code 78: a model trained under another plan is in the way.</exception>
    public bool IsTrained()
    {
        if (!File.Exists(run.Model))
        {
            return false;
        }
        ModelCard card = ModelCard.FromMetadata(Safetensors.ReadMetadata(run.Model), run.Model);
        RefuseOther(card, run.Model);
        return card.Step >= plan.Training.Steps;
    }

    /// <summary>What the model's card says, whatever the step.</summary>
    public void Describe(IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped, Trainer trainer) => _card = new ModelCard
    {
        Name = plan.Name,
        Model = plan.Model,
        PercentileLow = plan.Training.PercentileLow,
        PercentileHigh = plan.Training.PercentileHigh,
        ReceptiveField = trainer.Averaged.ReceptiveField,
        TrainingImages = [.. planes.Select(plane => plane.Image.Id).Distinct()],
        SkippedImages = skipped,
        Loss = Words.Of(plan.Training.Loss),
        Step = 0,
        Seed = plan.Training.Seed,
        PlanSha256 = _planSha256,
        Version = AppVersion.Text,
    };

    /// <summary>Brings the trainer to the newest whole checkpoint, or to another model's weights when there is none.</summary>
    /// <returns>Steps done, 0 without a checkpoint.</returns>
    public int Resume(Trainer trainer, string? init)
    {
        (Checkpoint? newest, IReadOnlyList<string> warnings) = _checkpoints.NewestValid();
        foreach (string warning in warnings)
        {
            Log.Warning(context.Log, warning);
        }
        if (newest is null)
        {
            if (init is not null)
            {
                (IReadOnlyList<WeightArray> arrays, _) = Safetensors.Read(init);
                trainer.StartFrom(arrays, init);
                Log.Resuming(context.Log, init);
            }
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
        if (newest.Metadata.TryGetValue(BestStep, out string? step))
        {
            _best = (int.Parse(step, CultureInfo.InvariantCulture), double.Parse(newest.Metadata[BestPsnr], CultureInfo.InvariantCulture));
        }
        if (File.Exists(run.TrainingTable))
        {
            _rows = [.. TrainingParquet.Read(run.TrainingTable).Where(row => row.Step <= newest.Step)];
        }
        _progress.GoOnFrom(newest.Step);
        _validated = card.ValidationPsnrDb is not null;
        _validation = new ValidationScores(card.ValidationPsnrDb, card.ValidationSsim);
        Log.Resuming(context.Log, newest.Path);
        return newest.Step;
    }

    /// <summary>Whether a validation at <paramref name="step"/> was due, and a signal or a kill came in its way.</summary>
    public bool OwesValidation(int step) => step > 0 && step % plan.Training.ValidateEvery == 0 && !_validated;

    public void Record(StepLosses losses)
    {
        _validated = false;
        _sinceRow.Add(losses);
    }

    /// <returns>Whether these are the best scores so far: then the step's checkpoint is worth keeping.</returns>
    public bool Record(int step, ValidationScores scores)
    {
        _validated = true;
        _validation = scores;
        _progress.Write(step, scores);
        if (scores.PsnrDb is not { } psnr || psnr <= _best?.PsnrDb)
        {
            return false;
        }
        _best = (step, psnr);
        return true;
    }

    public void LogRow(int step)
    {
        double seconds = Stopwatch.GetElapsedTime(_rowStarted).TotalSeconds;
        _rowStarted = Stopwatch.GetTimestamp();
        var row = new TrainingRow
        {
            Step = step,
            GeneratorLoss = _sinceRow.Average(losses => losses.Generator),
            DiscriminatorLoss = _sinceRow.Average(losses => losses.Discriminator),
            AdversarialLoss = _sinceRow.Average(losses => losses.Adversarial),
            PixelLoss = _sinceRow.Average(losses => losses.Pixel),
            PatchSsim = _sinceRow.Average(losses => losses.Ssim),
            LearningRate = LearningRate.At(plan.Training.Schedule, plan.Training.LearningRate, step, plan.Training.Steps),
            ValidationPsnrDb = _validated ? _validation.PsnrDb : null,
            ValidationSsim = _validated ? _validation.Ssim : null,
            Seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
            ImagesPerSecond = _sinceRow.Count * plan.Training.Batch / seconds,
        };
        _rows.Add(row);
        _progress.Write(row);
        _sinceRow.Clear();
        string validation = row.ValidationPsnrDb is { } psnr ? string.Create(CultureInfo.InvariantCulture, $", validation {psnr:F2} dB, SSIM {row.ValidationSsim:F4}") : "";
        Log.TrainingStep(context.Log, step, plan.Training.Steps, row.GeneratorLoss.ToString("G4", CultureInfo.InvariantCulture), row.ImagesPerSecond.ToString("F1", CultureInfo.InvariantCulture), validation);
    }

    /// <returns>The checkpoint's path.</returns>
    public string Save(Trainer trainer, int step)
    {
        // The table first: rows after the newest checkpoint are dropped when training goes on, but one that is missing before it would never be written.
        TrainingParquet.Write(run.TrainingTable, _rows);
        string path = _checkpoints.Save(step, trainer.Export(), Metadata(step));
        _checkpoints.Prune(keepNewest: 3, _best?.Step);
        return path;
    }

    /// <summary>Writes the last checkpoint and the model.</summary>
    /// <returns>False when a signal came before the model was written.</returns>
    public bool Finish(Trainer trainer, int step, Validation validation)
    {
        if (!_validated)
        {
            // Killed or stopped between the last step and the model.
            if (validation.Score(trainer.Averaged) is not { } scores)
            {
                return false;
            }
            Record(step, scores);
        }
        Save(trainer, step);
        Safetensors.Write(run.Model, trainer.ExportModel(), new Dictionary<string, string> { [ModelCard.MetadataKey] = Card(step).ToJson() });
        Log.ModelWritten(context.Log, run.Model);
        return true;
    }

    private Dictionary<string, string> Metadata(int step)
    {
        var metadata = new Dictionary<string, string> { [ModelCard.MetadataKey] = Card(step).ToJson() };
        if (_best is { } best)
        {
            metadata[BestStep] = best.Step.ToString(CultureInfo.InvariantCulture);
            metadata[BestPsnr] = best.PsnrDb.ToString("R", CultureInfo.InvariantCulture);
        }
        return metadata;
    }

    private ModelCard Card(int step) => _card! with
    {
        Step = step,
        ValidationPsnrDb = _validated ? _validation.PsnrDb : null,
        ValidationSsim = _validated ? _validation.Ssim : null,
    };

    private void RefuseOther(ModelCard card, string path)
    {
        if (card.PlanSha256 != _planSha256)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} was trained under another plan or with another seed than this command's. Use a new run folder, or the same options as before.");
        }
    }
}
