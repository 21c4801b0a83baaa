using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>The steps of a training, on each rank with its part of every step's patches.</summary>
/// <param name="trainer">Holds the weights.</param>
/// <param name="planes">What to cut patches from.</param>
/// <param name="plan">How to train.</param>
/// <param name="validation">Scores now and then.</param>
/// <param name="folder">Rank 0's; null on the others.</param>
/// <param name="ranks">Who trains together.</param>
/// <param name="context">The world outside.</param>
internal sealed class TrainingLoop(
    Trainer trainer, IReadOnlyList<TrainingPlane> planes, Plan plan, Validator validation, TrainingFolder? folder, ICollective ranks, RunContext context)
{
    private readonly TrainingOptions _training = plan.Training;
    private readonly int _firstPatch = (int)((long)ranks.Rank * plan.Training.Batch / ranks.Size), _endPatch = (int)((ranks.Rank + 1L) * plan.Training.Batch / ranks.Size);

    /// <param name="done">Steps that the trainer has behind it.</param>
    /// <returns>The last step done, and whether a signal ended it there.</returns>
    public (int Last, bool IsStopped) Run(int done)
    {
        using var enough = new CancellationTokenSource();
        var patches = new PatchReader(planes, plan.Model.Scale, _training.Patch / plan.Model.Scale, TorchRuntime.Threads, context.Reading(plan.LinkedFolders));
        // One half of the memory is being filled while the other is used up.
        int ahead = patches.StepsTogether(_endPatch - _firstPatch, MemoryBudget.ForBatchesAhead / 2);
        Channel<PatchBatch> batches = Channel.CreateBounded<PatchBatch>(ahead);
        Task reading = Task.Run(() => ReadAhead(batches.Writer, patches, done, ahead, enough.Token), CancellationToken.None);
        try
        {
            return Steps(done, batches.Reader);
        }
        finally
        {
            enough.Cancel();
            reading.Wait(CancellationToken.None);
        }
    }

    private (int Last, bool IsStopped) Steps(int done, ChannelReader<PatchBatch> batches)
    {
        if (ranks.Any(folder?.OwesValidation(done) == true))
        {
            if (validation.Score(trainer.Averaged) is not { } owed)
            {
                return (done, true);
            }
            folder?.Record(done, owed);
            folder?.LogRow(done);
        }
        (_, bool shouldEnd, double rateFactor) = Agree();
        int last = done;
        using IDisposable progress = context.Progress.Begin("train", "steps", _training.Steps, done);
        for (int step = done + 1; step <= _training.Steps && !shouldEnd; step++)
        {
            int pieces = trainer.Pieces;
            StepLosses losses = trainer.Step(step, Next(batches), rateFactor, (double)(_endPatch - _firstPatch) / _training.Batch);
            if (trainer.Pieces > pieces)
            {
                Log.SmallerPieces(context.Log, step, trainer.Pieces);
            }
            folder?.Record(losses);
            last = step;
            context.Progress.Advance();
            bool isBest = false;
            if (step % _training.ValidateEvery == 0 || step == _training.Steps)
            {
                if (validation.Score(trainer.Averaged) is not { } scores)
                {
                    return (step, true);
                }
                isBest = folder?.Record(step, scores) == true;
            }
            folder?.LogRow(step);
            (bool isStopped, shouldEnd, rateFactor) = Agree();
            bool isSaved = step % _training.CheckpointEvery == 0;
            if ((isSaved || isStopped) && !trainer.IsSameOnAllRanks())
            {
                throw new InvalidOperationException($"step {step}: the ranks' weights are no longer the same; checkpoints before it are kept");
            }
            if (isStopped)
            {
                return (step, true);
            }
            if (isSaved || isBest)
            {
                folder?.Save(trainer, step);
            }
            if (step % 100 == 0)
            {
                // What is left of TorchSharp's wrappers is garbage at once, but on processors with a large cache the collector lets gigabytes of it
                // gather: 4000 small steps grew from 0.7 to 2.8 GB within a minute, and stay at 0.6 GB with this (2 cores, 2026-11-23).
                GC.Collect();
            }
        }
        return (last, false);
    }

    /// <summary>A signal may reach one rank before the others, and rank 0 alone knows how training goes.</summary>
    private (bool IsStopped, bool ShouldEnd, double RateFactor) Agree()
    {
        Span<double> sums = [context.Stop.IsCancellationRequested ? 1 : 0, folder?.ShouldEnd == true ? 1 : 0, folder?.RateFactor ?? 0];
        ranks.Sum(sums);
        return (sums[0] > 0, sums[1] > 0, sums[2]);
    }

    /// <summary>Reads and turns the patches of the next steps while the network works on this one's.</summary>
    /// <param name="ahead">Steps to read together; fewer at first, as the network has nothing to do yet.</param>
    private async Task ReadAhead(ChannelWriter<PatchBatch> writer, PatchReader patches, int done, int ahead, CancellationToken enough)
    {
        try
        {
            var sampler = new PatchSampler(_training.Seed, [.. planes.Select(plane => new PatchPlane(plane.Image.Input!.Height, plane.Image.Input.Width, plane.Structure))],
                _training.Patch / plan.Model.Scale, _training.Structure);
            for (int step = done + 1, together = 1; step <= _training.Steps; step += together, together = Math.Min(2 * together, ahead))
            {
                together = Math.Min(together, _training.Steps - step + 1);
                IReadOnlyList<PatchDraw>[] draws = [.. Enumerable.Range(step, together).Select(s => sampler.Draw(s, _training.Batch).Take(_firstPatch.._endPatch).ToArray())];
                foreach (PatchBatch batch in patches.Read(draws, enough))
                {
                    await writer.WriteAsync(batch, enough).ConfigureAwait(false);
                }
            }
            writer.Complete();
        }
        catch (Exception fault)
        {
            // Whatever it is reaches the training loop, which would otherwise wait for ever; see Next.
            writer.Complete(fault);
        }
    }

    private static PatchBatch Next(ChannelReader<PatchBatch> reader)
    {
        try
        {
            return reader.ReadAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } fault)
        {
            if (fault is SrBatchException known)
            {
                throw new SrBatchException(known.ExitCode, $"{known.Message} It was readable when training began; the same command goes on from the newest checkpoint.", known);
            }
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }
}
