using Microsoft.Extensions.Logging;

namespace SrBatch.Pipelines.Host;

/// <summary>
/// Every line that srbatch logs. Ids are fixed, as log collectors filter by them:
/// 1xx run, 2xx training, 3xx inference, 4xx plan and manifest.
/// </summary>
public static partial class Log
{
    [LoggerMessage(100, LogLevel.Error, "{Message}")]
    public static partial void Failed(ILogger log, string message);

    [LoggerMessage(101, LogLevel.Critical, "a bug in srbatch; please report it with this trace")]
    public static partial void Bug(ILogger log, Exception fault);

    [LoggerMessage(102, LogLevel.Warning, "{Message}")]
    public static partial void Warning(ILogger log, string message);

    [LoggerMessage(103, LogLevel.Information, "libtorch {Version} on {Device}, {Threads} threads")]
    public static partial void Runtime(ILogger log, string version, string device, int threads);

    [LoggerMessage(104, LogLevel.Information, "stopped by a signal before any work was done; run the same command again to begin")]
    public static partial void StoppedEarly(ILogger log);

    [LoggerMessage(105, LogLevel.Warning, "ended by {Signal} {During}; starting again")]
    public static partial void Crashed(ILogger log, string signal, string during);

    [LoggerMessage(106, LogLevel.Warning, "ended by SIGKILL, but not because memory ran out; starting again")]
    public static partial void Killed(ILogger log);

    [LoggerMessage(109, LogLevel.Warning, "ended by SIGKILL, probably because memory ran out {During}; "
        + "starting again with half as much memory for windows. No image is to blame.")]
    public static partial void KilledForMemory(ILogger log, string during);

    [LoggerMessage(107, LogLevel.Information, "{State}")]
    public static partial void Progress(ILogger log, string state);

    [LoggerMessage(108, LogLevel.Information, "all tasks of this run compute like this one: {Choice}")]
    public static partial void ComputeDecided(ILogger log, string choice);

    [LoggerMessage(200, LogLevel.Information, "training {Parameters} parameters on {Planes} planes of {Images} images, "
        + "{Validation} validation planes, {Steps} steps")]
    public static partial void TrainingStarts(ILogger log, long parameters, int planes, int images, int validation, int steps);

    [LoggerMessage(201, LogLevel.Information, "resuming from {Checkpoint}")]
    public static partial void Resuming(ILogger log, string checkpoint);

    [LoggerMessage(202, LogLevel.Information, "step {Step} of {Steps}: loss {Loss}, {Rate} patches/s{Validation}")]
    public static partial void TrainingStep(ILogger log, int step, int steps, string loss, string rate, string validation);

    [LoggerMessage(211, LogLevel.Information, "{Ranks} processes train together ({Engine}), sharing the {Batch} patches of each step")]
    public static partial void TrainingTogether(ILogger log, int ranks, string engine, int batch);

    [LoggerMessage(203, LogLevel.Information, "already trained: {Model} has all {Steps} steps")]
    public static partial void AlreadyTrained(ILogger log, string model, int steps);

    [LoggerMessage(204, LogLevel.Information, "stopped by a signal after step {Step}; saved {Checkpoint}. "
        + "Run the same command again to continue.")]
    public static partial void TrainingStopped(ILogger log, int step, string checkpoint);

    [LoggerMessage(205, LogLevel.Information, "wrote {Model}")]
    public static partial void ModelWritten(ILogger log, string model);

    [LoggerMessage(206, LogLevel.Information, "beginning with {Model}: {Carried} of {Arrays} arrays carried over{Fresh}")]
    public static partial void TrainingBeginsWith(ILogger log, string model, int carried, int arrays, string fresh);

    [LoggerMessage(207, LogLevel.Information, "training on group '{Group}' only, in {Folder}")]
    public static partial void TrainingGroup(ILogger log, string group, string folder);

    [LoggerMessage(208, LogLevel.Warning, "{Sign}")]
    public static partial void Diverging(ILogger log, string sign);

    [LoggerMessage(209, LogLevel.Information, "ended after step {Step}, as {Validations} validations brought no improvement; "
        + "the model is that of step {Best}, {Score} dB")]
    public static partial void EndedEarly(ILogger log, int validations, int step, int best, string score);

    [LoggerMessage(210, LogLevel.Warning, "{Folder} is being trained by {Holder} since {Since}; nothing was done here. "
        + "Run the same command again after that training has ended.")]
    public static partial void TrainedElsewhere(ILogger log, string folder, string holder, string since);

    [LoggerMessage(219, LogLevel.Warning, "group {Group}: outputs are scored, "
        + "but get no verdict on how well they explain their inputs: {Reason}")]
    public static partial void NoLimits(ILogger log, string group, string reason);

    [LoggerMessage(212, LogLevel.Information, "trains in {Precision}: {Reason}")]
    public static partial void TrainingPrecision(ILogger log, string precision, string reason);

    [LoggerMessage(213, LogLevel.Warning, "step {Step}: out of memory; from now on the patches of a step "
        + "go through the networks in {Pieces} pieces. The weights stay the same except for rounding.")]
    public static partial void SmallerPieces(ILogger log, int step, int pieces);

    [LoggerMessage(214, LogLevel.Information, "memory: {Budgets}")]
    public static partial void Memory(ILogger log, string budgets);

    [LoggerMessage(215, LogLevel.Information, "the training had {Before} steps and is to have {Steps} now: {Schedule}")]
    public static partial void ScheduleChanged(ILogger log, int before, int steps, string schedule);

    [LoggerMessage(216, LogLevel.Warning,
        "step {Step}: {Scored} of {Planes} validation planes could be read; their score is not compared with others. Not read: {Unread}")]
    public static partial void ValidationIncomplete(ILogger log, int step, int scored, int planes, string unread);

    [LoggerMessage(217, LogLevel.Warning,
        "{Image}: {Inputs} input values and {Targets} target values are not finite; training leaves their pixels out")]
    public static partial void NotFinite(ILogger log, string image, long inputs, long targets);

    [LoggerMessage(218, LogLevel.Warning, "{Image}: {Inputs} input pixels and {Targets} target pixels were never written; "
        + "training reads them as the fill value. Leave the image out, or select a part of it")]
    public static partial void TrainingNeverWritten(ILogger log, string image, long inputs, long targets);

    [LoggerMessage(300, LogLevel.Information, "shard {Shard}: {Images} images, {Done} done already, model {Model}")]
    public static partial void InferenceStarts(ILogger log, string shard, int images, int done, string model);

    [LoggerMessage(301, LogLevel.Information, "{Image}: {Planes} planes of {Height} x {Width} in {Tiles} tiles, {Seconds} s{Resumed}")]
    public static partial void ImageDone(
        ILogger log,
        string image,
        long planes,
        long height,
        long width,
        int tiles,
        string seconds,
        string resumed);

    [LoggerMessage(302, LogLevel.Error, "{Image} failed: {Reason}")]
    public static partial void ImageFailed(ILogger log, string image, string reason);

    [LoggerMessage(303, LogLevel.Information, "stopped by a signal; {Done} images done, {Left} left. "
        + "Run the same command again to continue.")]
    public static partial void InferenceStopped(ILogger log, int done, int left);

    [LoggerMessage(304, LogLevel.Information, "{Network} in {Precision}: {Reason}; halo {Halo}")]
    public static partial void Network(ILogger log, string network, string precision, string reason, int halo);

    [LoggerMessage(305, LogLevel.Information, "{Times}")]
    public static partial void Stages(ILogger log, string times);

    [LoggerMessage(306, LogLevel.Information, "waiting for {Images} images that other tasks work on; "
        + "the first is {First}, by {Holder} since {Since}")]
    public static partial void WaitingForOthers(ILogger log, int images, string first, string holder, string since);

    [LoggerMessage(307, LogLevel.Warning, "an earlier attempt died while working on {Image}; it now comes last, and alone")]
    public static partial void Suspect(ILogger log, string image);

    /// <summary>What other windows do to a result.</summary>
    public const string OtherWindows = "Other windows change results slightly (docs/inference.md).";

    [LoggerMessage(308, LogLevel.Warning, "{Image}: out of memory; from now on windows have at most {Pixels} pixels. "
        + OtherWindows + " To avoid the failed attempts, set inference.tile, or run fewer processes on a GPU.")]
    public static partial void SmallerWindows(ILogger log, string image, long pixels);

    [LoggerMessage(309, LogLevel.Warning, "{Image}: {Kills} attempts were killed, probably for lack of memory; "
        + "from now on windows have at most {Pixels} pixels. " + OtherWindows)]
    public static partial void SparingMemory(ILogger log, string image, int kills, long pixels);

    [LoggerMessage(310, LogLevel.Warning, "{Own} MiB are left here for windows, but the tasks of this run plan with {Planned} MiB: "
        + "windows are cut to {Windows} MiB. " + OtherWindows + " Give the job more memory, or start fewer tasks on a node.")]
    public static partial void LessMemory(ILogger log, long own, long planned, long windows);

    [LoggerMessage(320, LogLevel.Information, "shard {Shard}: {Images} outputs to score, {Done} scored before and unchanged")]
    public static partial void EvaluationStarts(ILogger log, string shard, int images, int done);

    [LoggerMessage(321, LogLevel.Information, "stopped by a signal; {Done} outputs scored, {Left} left. "
        + "Run the same command again to continue.")]
    public static partial void EvaluationStopped(ILogger log, int done, int left);

    [LoggerMessage(400, LogLevel.Information, "plan frozen in {Plan}: {Images} images, {Shards} shards")]
    public static partial void PlanFrozen(ILogger log, string plan, int images, int shards);

    [LoggerMessage(402, LogLevel.Information, "headers read again in {Plan}: {Images} images")]
    public static partial void PlanAmended(ILogger log, string plan, int images);

    [LoggerMessage(405, LogLevel.Warning,
        "{Image}: {File}: {Share:P1} of dataset '{Dataset}' was never written and reads as the fill value")]
    public static partial void NeverWritten(ILogger log, string image, string file, string dataset, double share);

    [LoggerMessage(401, LogLevel.Information, "{Message}")]
    public static partial void Wrote(ILogger log, string message);
}
