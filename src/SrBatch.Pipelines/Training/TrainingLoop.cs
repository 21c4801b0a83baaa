using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Pipelines.Training.Ranks;
using SrBatch.Pipelines.Training.Validation;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>The steps of a training. Each rank computes its part of the patches of every step.</summary>
/// <param name="planes">Patches are cut from these.</param>
/// <param name="validator">Scores the network now and then.</param>
/// <param name="checkpoints">Null on all ranks but rank 0.</param>
internal sealed class TrainingLoop(
    TrainingTask task, Trainer trainer, IReadOnlyList<TrainingPlane> planes, Validator validator, TrainingCheckpoints? checkpoints,
    TrainingHost host)
{
    private readonly Plan _plan = task.Plan;
    private readonly TrainingOptions _training = task.Options;
    private readonly TrainingRecord? _record = checkpoints?.Record;
    private readonly ICollective _ranks = host.Ranks;
    private readonly RunContext _context = host.Context;
    private readonly int _lastStep = trainer.Schedule.LastStep;
    private readonly int _firstPatch = (int)((long)host.Ranks.Rank * task.Options.Batch / host.Ranks.Size);
    private readonly int _endPatch = (int)((host.Ranks.Rank + 1L) * task.Options.Batch / host.Ranks.Size);

    /// <param name="done">Steps that the trainer has done.</param>
    /// <returns>The last step done, and whether a signal ended the loop there.</returns>
    public (int Last, bool IsStopped) Run(int done)
    {
        using var enough = new CancellationTokenSource();
        int threads = TorchRuntime.Threads;
        // Half of the chunks for the inputs, half for the targets.
        long mostChunks = host.Memory.ForPatchChunks / (2 * threads);
        Hdf5ReadOptions reading = _context.Reading(_plan.LinkedFolders) with { MostChunkBytes = mostChunks };
        var patches = new PatchReader(planes, _plan.Model.Scale, _training.Patch / _plan.Model.Scale, threads, reading);
        // One half of the memory is filled while the other is used up.
        int ahead = patches.StepsTogether(_endPatch - _firstPatch, host.Memory.ForBatchesAhead / 2);
        Channel<PatchBatch> batches = Channel.CreateBounded<PatchBatch>(ahead);
        Task making = Task.Run(() => ReadAhead(batches.Writer, patches, done, ahead, enough.Token), CancellationToken.None);
        try
        {
            return Steps(done, batches.Reader);
        }
        finally
        {
            enough.Cancel();
            making.Wait(CancellationToken.None);
        }
    }

    private (int Last, bool IsStopped) Steps(int done, ChannelReader<PatchBatch> batches)
    {
        bool isOwedBest = false;
        if (_ranks.Any(_record?.OwesValidation(done) == true))
        {
            if (validator.Score(trainer.Averaged) is not { } owed)
            {
                return (done, true);
            }
            isOwedBest = _record?.Add(done, owed) == true;
            _record?.LogRow(done);
        }
        StepDecision decision = Agree(isOwedBest);
        if (decision.IsBest)
        {
            // The checkpoint of this step was saved without the scores.
            _ranks.WaitForAll(() => checkpoints?.Save(trainer, done));
        }
        int last = done;
        using IDisposable progress = _context.Progress.Begin("train", "steps", _lastStep, done);
        for (int step = done + 1; step <= _lastStep && !decision.ShouldEnd; step++)
        {
            int pieces = trainer.Pieces;
            double share = (double)(_endPatch - _firstPatch) / _training.Batch;
            StepLosses losses = trainer.Step(step, Next(batches), decision.RateFactor, share);
            if (trainer.Pieces > pieces)
            {
                Log.SmallerPieces(_context.Log, step, trainer.Pieces);
            }
            _record?.Add(losses);
            last = step;
            _context.Progress.Advance();
            bool isBest = false;
            if (step % _training.ValidateEvery == 0 || step == _lastStep)
            {
                if (validator.Score(trainer.Averaged) is not { } scores)
                {
                    return (step, true);
                }
                isBest = _record?.Add(step, scores) == true;
            }
            _record?.LogRow(step);
            decision = Agree(isBest);
            bool isSaved = step % _training.CheckpointEvery == 0;
            if ((isSaved || decision.IsStopped) && !trainer.IsSameOnAllRanks())
            {
                throw new InvalidOperationException(
                    $"step {step}: the ranks' weights are no longer the same; checkpoints before it are kept");
            }
            if (decision.IsStopped)
            {
                return (step, true);
            }
            if (isSaved || decision.IsBest)
            {
                _ranks.WaitForAll(() => checkpoints?.Save(trainer, step));
            }
            if (step % 100 == 0)
            {
                // TorchSharp's wrappers are garbage at once, but on processors with a large cache the collector lets gigabytes of them
                // gather: 4000 small steps grew from 0.7 to 2.8 GB within a minute, and stay at 0.6 GB with this (2 cores, 2026-11-23).
                GC.Collect();
            }
        }
        return (last, false);
    }

    /// <summary>A signal may reach one rank before the others, and only rank 0 has the record.</summary>
    private StepDecision Agree(bool isBest) => _ranks.Agree(
        new StepDecision(_context.Stop.IsCancellationRequested, _record?.ShouldEnd == true, isBest, _record?.State.RateFactor ?? 0));

    /// <summary>Makes the batches of the next steps while the network computes this one.</summary>
    /// <param name="ahead">Steps to read together; fewer at first, since the network waits.</param>
    private async Task ReadAhead(ChannelWriter<PatchBatch> writer, PatchReader patches, int done, int ahead, CancellationToken enough)
    {
        try
        {
            PatchPlane[] places =
            [
                .. planes.Select(plane => new PatchPlane(plane.Image.Input!.Height, plane.Image.Input.Width, plane.Structure)),
            ];
            var sampler = new PatchSampler(_training.Seed, places, _training.Patch / _plan.Model.Scale, _training.Structure);
            for (int step = done + 1, together = 1; step <= _lastStep; step += together, together = Math.Min(2 * together, ahead))
            {
                together = Math.Min(together, _lastStep - step + 1);
                IReadOnlyList<PatchDraw>[] draws =
                [
                    .. Enumerable.Range(step, together)
                        .Select(s => sampler.Draw(s, _training.Batch).Take(_firstPatch.._endPatch).ToArray()),
                ];
                foreach (PatchBatch batch in patches.Read(draws, enough))
                {
                    await writer.WriteAsync(batch, enough).ConfigureAwait(false);
                }
            }
            writer.Complete();
        }
        catch (Exception fault)
        {
            // It must reach the training loop, which would otherwise wait for ever; see Next.
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
                throw new SrBatchException(
                    known.ExitCode,
                    $"{known.Message} It was readable when training began; the same command goes on from the newest checkpoint.", known);
            }
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }
}
