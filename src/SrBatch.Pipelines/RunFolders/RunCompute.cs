using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Torch.Devices;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>What this task computes with. <c>auto</c> is what the run's first task chose, so that all tasks compute alike.</summary>
/// <param name="Device">The device.</param>
/// <param name="Precision"><c>fp32</c>, <c>bf16</c>, or <c>auto</c>: bf16 for models that it costs no quality.</param>
/// <param name="WindowBytes">Memory for windows that tiles are chosen for; null for training.</param>
internal sealed record RunCompute(ComputeDevice Device, string Precision, long? WindowBytes)
{
    /// <summary>Why the run has its precision; null where the user asked, or the model decides.</summary>
    public string? Reason { get; init; }

    /// <param name="path">See <see cref="RunFolder.Compute"/>.</param>
    /// <param name="found">The device that this task would take.</param>
    /// <param name="request">Options that are not <c>auto</c> override what the run's first task chose, with a warning.</param>
    /// <param name="windowBytes">Memory for windows that this task would take; null for training.</param>
    /// <param name="tryBf16">Throws if the bf16 that the user asks for cannot be had: the others must not have to follow.</param>
    /// <exception cref="SrBatchException">Exit code 69: this task cannot compute like the others.</exception>
    public static RunCompute Settle(
        string path, ComputeDevice found, ComputeRequest request, RunContext context, long? windowBytes = null, Action? tryBf16 = null)
    {
        FrozenCompute run = FrozenCompute.Ensure(path, () =>
        {
            if (request.Precision == "bf16")
            {
                tryBf16?.Invoke();
            }
            return Decide(found, request, context, windowBytes);
        });
        string by = $"{path}, by {run.DecidedBy}";
        ComputeDevice device = found;
        if (found.Kind != run.Device && request.Device != "auto")
        {
            Log.Warning(context.Log, $"--device is '{request.Device}', but other tasks of this run compute on '{run.Device}' ({by}): "
                + "their results differ in the last digits");
        }
        else if (found.Kind != run.Device)
        {
            bool canSwitch = run.Device == "cpu" && context.Node.AllocatedGpu is null && context.Slurm.Rank.Count == 1;
            device = canSwitch ? ComputeDevice.Cpu : throw new SrBatchException(
                ExitCode.Unavailable,
                $"the tasks of this run compute on '{run.Device}' ({by}), but this one has '{found.Name}'. "
                + (run.Device == "cpu" ? "Submit it without a GPU" : "Submit it with a GPU (--gres=gpu:1)")
                + $", or pass --device {found.Kind}: its results then differ from the others' in the last digits. "
                + $"{AllAgain(path)} on '{found.Kind}'.");
        }
        string precision = PrecisionOf(run, device, request, path, context);
        return new RunCompute(device, precision, run.WindowBytes)
        {
            Reason = request.Precision == "auto" && precision != "auto" ? run.Reason : null,
        };
    }

    private static FrozenCompute Decide(ComputeDevice device, ComputeRequest request, RunContext context, long? windowBytes)
    {
        string? units = Bf16Units.Of(device);
        bool isAsked = request.Precision != "auto";
        var decided = new FrozenCompute
        {
            Device = device.Kind,
            Precision = isAsked ? request.Precision : units is null ? "fp32" : "bf16",
            IsPrecisionAsked = isAsked,
            WindowBytes = windowBytes,
            Reason = isAsked ? $"--precision {request.Precision}" : units ?? Bf16Units.None,
            DecidedBy = context.Claimant("").Name,
        };
        string windows = windowBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", windows of {bytes >> 20} MiB") : "";
        string where = isAsked || units is null ? "" : " where the model allows it";
        Log.ComputeDecided(context.Log, $"{decided.Device}, {decided.Precision}{where} ({decided.Reason}){windows}");
        return decided;
    }

    /// <summary>How the whole run computes like this task.</summary>
    private static string AllAgain(string path) =>
        $"Or delete {path} (and images/, to have all images alike): all later tasks then compute";

    private static string PrecisionOf(FrozenCompute run, ComputeDevice device, ComputeRequest request, string path, RunContext context)
    {
        string by = $"{path}, by {run.DecidedBy}";
        if (request.Precision != "auto")
        {
            if (request.Precision != run.Precision)
            {
                Log.Warning(context.Log, $"--precision is '{request.Precision}', but other tasks of this run compute in {run.Precision} "
                    + $"({by}): their results differ");
            }
            return request.Precision;
        }
        if (run is { Precision: "bf16", IsPrecisionAsked: false })
        {
            // Who asked for another device was warned, and takes what it can do.
            return Bf16Units.Of(device) is not null || device.Kind != run.Device ? "auto" : throw new SrBatchException(
                ExitCode.Unavailable,
                $"the tasks of this run compute in bf16 ({by}: {run.Reason}), but on '{device.Name}' {Bf16Units.None}. "
                + "Submit it to nodes like the others (sbatch --constraint), or pass --precision fp32: its results then differ from the "
                + $"others'. {AllAgain(path)} in fp32.");
        }
        return run.Precision;
    }
}
