using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;

namespace SrBatch.Pipelines.Inspection;

/// <summary>
/// Doctor: reports what this node has, and for what is missing the command that installs it. MPI and NCCL are only needed for training in
/// several processes.
/// </summary>
public static class DoctorRun
{
    private static readonly string[] SlurmVariables =
    [
        "SLURM_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURM_RESTART_COUNT", "SLURM_STEP_ID", "SLURM_PROCID", "SLURM_CPUS_PER_TASK",
        "CUDA_VISIBLE_DEVICES",
    ];

    public static ExitCode Run(DoctorRequest request, RunContext context)
    {
        var missing = new List<string>();
        void Line(string what, string state) => context.Out.WriteLine($"{what,-10} {state}");
        void Try(string what, Func<string> look)
        {
            try
            {
                Line(what, look());
            }
            catch (SrBatchException fault) when (fault.ExitCode is not ExitCode.Usage)
            {
                missing.Add(what);
                Line(what, "MISSING: " + fault.Message);
            }
        }

        Line("srbatch", $"{AppVersion.Text} on {RuntimeInformation.OSDescription.Trim()}, {context.Node.Cores} cores");
        Try("hdf5", () => Hdf5Library.Load() is var (version, path) ? $"{version} from {path}" : "");
        Try("libtorch", () =>
        {
            TorchSetup.Load(null, context);
            return $"{TorchRuntime.Version}, {TorchRuntime.Threads} threads, {TorchRuntime.GpuCount} GPUs";
        });
        ComputeDevice? device = null; // even its name needs libtorch, so it is looked for only when nothing is missing
        if (missing.Count == 0)
        {
            Try("device", () => (device = TorchSetup.Find(request.Device, context)).Name + Gpu(device));
            Try("networks", NetworkCheck.Describe);
        }
        Line("mpi", MpiLibrary.Find(request.Variable)
            ?? "not found (needed for training in several processes: apt install libopenmpi3, or module load openmpi, or set SRBATCH_MPI)");
        Line("nccl", Nccl(device, context));
        ProcessRank rank = context.Slurm.Rank;
        Line("rank", $"{rank.Index} of {rank.Count}, {rank.Local} on this node ({rank.Source})");
        int? gpu = context.Node.OwnGpu(missing.Contains("libtorch") ? 0 : TorchRuntime.GpuCount);
        string visible = request.Variable("CUDA_VISIBLE_DEVICES") ?? "(not set)";
        Line("gpu share", gpu is null ? "none" : $"number {gpu} of those in CUDA_VISIBLE_DEVICES={visible}");
        string[] set =
        [
            .. SlurmVariables.Where(name => request.Variable(name) is not null).Select(name => $"{name}={request.Variable(name)}"),
        ];
        Line("slurm", set.Length == 0 ? "not in a job" : string.Join(' ', set));
        return missing.Count == 0 ? ExitCode.Done : ExitCode.Unavailable;
    }

    private static string Nccl(ComputeDevice? device, RunContext context)
    {
        if (device is null)
        {
            return "not tried: see above";
        }
        return NcclCheck.IsWanted
            ? NcclCheck.Describe(device, line => Log.Failed(context.Log, line))
            : "not looked for: libtorch sees no GPU";
    }

    private static string Gpu(ComputeDevice device)
    {
        const double GiB = 1 << 30;
        string capability = device.GpuCapability is var (major, minor) ? $", compute capability {major}.{minor}" : "";
        return device.GpuMemory is var (free, total)
            ? FormattableString.Invariant($"{capability}, {free / GiB:F1} of {total / GiB:F1} GiB free")
            : capability;
    }
}
