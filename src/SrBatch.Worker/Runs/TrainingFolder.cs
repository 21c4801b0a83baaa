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

/// <summary>What training leaves in its folder: checkpoints, the table of losses, the model.</summary>
/// <param name="folder">Where.</param>
/// <param name="plan">What it is trained on, other groups left out.</param>
/// <param name="group">What it is trained for; null: all images.</param>
/// <param name="init">What it begins with; null: random weights, or whatever the newest checkpoint began with.</param>
/// <param name="context">The world outside.</param>
internal sealed class TrainingFolder(ModelFolder folder, Plan plan, string? group, InitialWeights? init, RunContext context)
{
    private const string BestStep = "best_step", BestPsnr = "best_psnr_db";

    private readonly CheckpointFolder _checkpoints = new(folder.Checkpoints);
    /// <summary>All that decides the weights but how long: a finished training may be continued with more steps.</summary>
    private readonly string _planSha256 = (plan with
    {
        Training = plan.Training with { Steps = 1, CheckpointEvery = 1, LogEvery = 1, ValidateEvery = 1 },
    }).ContentSha256();
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
        if (!File.Exists(folder.Model))
        {
            return false;
        }
        ModelCard card = ModelCard.FromMetadata(Safetensors.ReadMetadata(folder.Model), folder.Model);
        RefuseOther(card, folder.Model);
        return card.Step >= plan.Training.Steps;
    }

    /// <summary>What the model's card says, whatever the step.</summary>
    public void Describe(IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped, Trainer trainer) => _card = new ModelCard
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
        if (newest.Metadata.TryGetValue(BestStep, out string? step))
        {
            _best = (int.Parse(step, CultureInfo.InvariantCulture), double.Parse(newest.Metadata[BestPsnr], CultureInfo.InvariantCulture));
        }
        if (File.Exists(folder.TrainingTable))
        {
            _rows = [.. TrainingParquet.Read(folder.TrainingTable).Where(row => row.Step <= newest.Step)];
        }
        _validated = card.ValidationPsnrDb is not null;
        _validation = new ValidationScores(card.ValidationPsnrDb, card.ValidationSsim, card.ValidationGroups);
        _card = _card with { Init = card.Init };
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
        _sinceRow.Clear();
        string validation = row.ValidationPsnrDb is { } psnr ? string.Create(CultureInfo.InvariantCulture, $", validation {psnr:F2} dB, SSIM {row.ValidationSsim:F4}") : "";
        Log.TrainingStep(context.Log, step, plan.Training.Steps, row.GeneratorLoss.ToString("G4", CultureInfo.InvariantCulture), row.ImagesPerSecond.ToString("F1", CultureInfo.InvariantCulture), validation);
    }

    /// <returns>The checkpoint's path.</returns>
    public string Save(Trainer trainer, int step)
    {
        // The table first: rows after the newest checkpoint are dropped when training goes on, but one that is missing before it would never be written.
        TrainingParquet.Write(folder.TrainingTable, _rows);
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
        Safetensors.Write(folder.Model, trainer.ExportModel(), new Dictionary<string, string> { [ModelCard.MetadataKey] = Card(step).ToJson() });
        Log.ModelWritten(context.Log, folder.Model);
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
