using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Progress;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Training.Validation;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Training;

/// <summary>The course of a training, on rank 0: losses, rows of <c>training.parquet</c>, validation scores, lines of the log.</summary>
internal sealed class TrainingRecord
{
    private readonly TrainingTask _task;
    private readonly TrainingSchedule _schedule;
    private readonly RunContext _context;
    private readonly ProgressFiles _progress;
    private readonly List<TrainingRow> _rows = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _rowStarted = Stopwatch.GetTimestamp();

    /// <summary>Scores of the last step; null if it was not validated.</summary>
    private ValidationScores? _validation;

    public TrainingRecord(TrainingTask task, TrainingResume resume, RunContext context)
    {
        (_task, _schedule, _context) = (task, resume.Schedule, context);
        _progress = new ProgressFiles(task.Folder, resume.Step, context.Time);
        if (resume.Checkpoint is not var (card, file))
        {
            return;
        }
        State = TrainingState.FromMetadata(file.Metadata, file.Path);
        _rows.AddRange(RowsBefore(task.Folder.TrainingTable).Where(row => row.Step <= file.Step));
        if (card.ValidationPsnrDb is not null)
        {
            _validation = new ValidationScores(card.ValidationPsnrDb, card.ValidationSsim, card.ValidationGroups);
        }
    }

    public TrainingState State { get; private set; } = new();

    /// <summary>Whether early stopping ends the training now.</summary>
    public bool ShouldEnd => State.ShouldEnd(Options);

    private TrainingOptions Options => _task.Options;

    /// <summary>Whether <paramref name="step"/> should have been validated, but a signal or a kill prevented that.</summary>
    public bool OwesValidation(int step) =>
        step > 0 && _validation is null && (step % Options.ValidateEvery == 0 || step == _schedule.LastStep || ShouldEnd);

    /// <returns>The table's rows; none, with a warning, if it is damaged: they decide nothing.</returns>
    private IReadOnlyList<TrainingRow> RowsBefore(string table)
    {
        try
        {
            return File.Exists(table) ? TrainingParquet.Read(table) : [];
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed)
        {
            Log.Warning(_context.Log, $"{damaged.Message.TrimEnd('.')}. It begins anew with the next step; the training itself does not depend on it.");
            return [];
        }
    }

    /// <summary>Adds the losses of a step.</summary>
    public void Add(StepLosses losses)
    {
        _validation = null;
        State = State with { SinceRow = State.SinceRow.Plus(losses) };
    }

    /// <summary>Adds the scores of a validation. Scores of fewer planes than others are written, but not compared with them.</summary>
    /// <returns>Whether they are the best so far; the step's checkpoint is then worth keeping.</returns>
    public bool Add(int step, ValidationScores scores)
    {
        _validation = scores;
        _progress.Write(step, scores);
        if (scores.Unread.Count > 0)
        {
            string unread = string.Join(", ", scores.Unread);
            Log.ValidationIncomplete(_context.Log, step, scores.Scored, scores.Scored + scores.Unread.Count, unread);
            return false;
        }
        Change(State.AfterValidation(step, scores.PsnrDb, Options));
        return scores.PsnrDb is not null && State.BestStep == step;
    }

    /// <summary>Adds a row to the table and a line to the log if <paramref name="step"/> is a logging step and has none yet.</summary>
    public void LogRow(int step)
    {
        if (State.SinceRow.Count == 0 || (step % Options.LogEvery != 0 && step != _schedule.LastStep && !ShouldEnd))
        {
            return;
        }
        double seconds = Stopwatch.GetElapsedTime(_rowStarted).TotalSeconds;
        _rowStarted = Stopwatch.GetTimestamp();
        int steps = State.SinceRow.Count;
        StepLosses means = State.SinceRow.Means();
        Change(State.AfterRow(step, means));
        var row = new TrainingRow
        {
            Step = step,
            GeneratorLoss = means.Generator,
            DiscriminatorLoss = means.Discriminator,
            AdversarialLoss = means.Adversarial,
            PixelLoss = means.Pixel,
            PatchSsim = means.Ssim,
            LearningRate = State.RateFactor * _schedule.RateAt(Options.LearningRate, step),
            ValidationPsnrDb = _validation?.PsnrDb,
            ValidationSsim = _validation?.Ssim,
            Seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
            ImagesPerSecond = steps * Options.Batch / seconds,
        };
        _rows.Add(row);
        _progress.Write(row);
        Log.TrainingStep(
            _context.Log, step, _schedule.LastStep, row.GeneratorLoss.ToString("G4", CultureInfo.InvariantCulture),
            row.ImagesPerSecond.ToString("F1", CultureInfo.InvariantCulture), Words(_validation));
    }

    /// <summary>Says so if early stopping ended the training.</summary>
    public void LogEnd(int lastStep)
    {
        if (ShouldEnd)
        {
            string score = State.BestPsnrDb!.Value.ToString("F2", CultureInfo.InvariantCulture);
            Log.EndedEarly(_context.Log, State.ValidationsSinceBest, lastStep, State.BestStep, score);
        }
    }

    public void WriteTable() => TrainingParquet.Write(_task.Folder.TrainingTable, _rows);

    /// <summary>The card of the model as it is at <paramref name="step"/>.</summary>
    public ModelCard CardAt(int step, ModelCard card) => card with
    {
        Step = step,
        ValidationPsnrDb = _validation?.PsnrDb,
        ValidationSsim = _validation?.Ssim,
        ValidationGroups = _validation?.Groups ?? [],
    };

    private static string Words(ValidationScores? scores) => scores is { PsnrDb: { } psnr } found
        ? string.Create(CultureInfo.InvariantCulture, $", validation {psnr:F2} dB, SSIM {found.Ssim:F4}")
        : "";

    /// <summary>Takes the new state and logs its new warnings.</summary>
    private void Change(TrainingState state)
    {
        foreach (string warning in state.Warnings.Skip(State.Warnings.Count))
        {
            Log.Diverging(_context.Log, warning);
        }
        State = state;
    }
}
