using System.Globalization;
using System.Security.Cryptography;

namespace SrBatch.ClusterTests.Lab;

/// <summary>Writes the configuration of a small and quick Slurm that listens at the loopback only. See slurm.conf(5), gres.conf(5), cgroup.conf(5).</summary>
/// <param name="folder">Of the lab.</param>
/// <param name="ports">One for slurmctld, then one a node.</param>
internal sealed class LabConfiguration(LabFolder folder, IReadOnlyList<int> ports)
{
    public const int NodeCount = 2;

    /// <summary>Of a node, all but the first two pretended. The memory is what our batch scripts ask for and more.</summary>
    public const int Processors = 8, Gpus = 4, MemoryMegabytes = 32_000;

    /// <summary>Between TERM and KILL.</summary>
    public static TimeSpan KillWait { get; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether jobs are tracked by control groups, as on real clusters. There a signal goes to the batch script's own process and to none of its children;
    /// elsewhere children get it too, and processes that leave their session escape.
    /// </summary>
    public static bool TracksByControlGroup => ControlGroups.AreWritable;

    public static IReadOnlyList<string> NodesOf(LabFolder folder) => [.. Enumerable.Range(1, NodeCount).Select(i => $"{folder.NodePrefix}{i}")];

    public void Write()
    {
        File.WriteAllBytes(folder.MungeKey, RandomNumberGenerator.GetBytes(128));
        File.SetUnixFileMode(folder.MungeKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (string node in NodesOf(folder))
        {
            Directory.CreateDirectory(folder.File("spool", node));
            Directory.CreateDirectory(folder.File("tmp", node));
        }
        File.WriteAllText(folder.Configuration, Main() + string.Concat(NodesOf(folder).Select(Node)) + Partitions);
        File.WriteAllText(folder.File("etc", "gres.conf"), $"NodeName={folder.NodePrefix}[1-{NodeCount}] Name=gpu Type=fake File={DeviceFile.MakeGpus(folder.File("dev"), Gpus)}[0-{Gpus - 1}]\n");
        File.WriteAllText(folder.File("etc", "cgroup.conf"), CgroupPlugin + (TracksByControlGroup ? CgroupConstraints : ""));
    }

    /// <remarks>
    /// <list type="bullet">
    /// <item>cred_expire: a requeued job may start again that many seconds and one later. 5 is the least that Slurm takes, 120 the default.</item>
    /// <item>TmpFS: one a node, or the folders of two nodes on one machine collide.</item>
    /// <item>JobCompType: a line for each attempt of a job, which scontrol and squeue do not tell.</item>
    /// <item>MinJobAge: scontrol must know jobs that have ended.</item>
    /// <item>config_overrides: more processors and memory than the machine has.</item>
    /// <item>AccountingStorageTRES is not there: with GPUs in it, slurmctld refuses to start without a database.</item>
    /// </list>
    /// </remarks>
    private string Main() => string.Create(CultureInfo.InvariantCulture, $"""
        ClusterName=lab
        SlurmctldHost={Environment.MachineName}(127.0.0.1)
        SlurmctldPort={ports[0]}
        CommunicationParameters=NoCtldInAddrAny,NoInAddrAny,KeepAliveTime=5
        SlurmUser={Environment.UserName}
        SlurmdUser={Environment.UserName}
        AuthType=auth/munge
        CredType=cred/munge
        AuthInfo=socket={folder.MungeSocket},cred_expire=5
        StateSaveLocation={folder.File("state")}
        SlurmdSpoolDir={folder.File("spool")}/%n
        SlurmctldPidFile={folder.File("run", "slurmctld.pid")}
        SlurmdPidFile={folder.File("run")}/slurmd-%n.pid
        SlurmctldLogFile={folder.File("log", "slurmctld.log")}
        SlurmdLogFile={folder.File("log")}/slurmd-%n.log
        SlurmctldDebug=info
        SlurmdDebug=info
        LogTimeFormat=iso8601_ms
        MailProg=/bin/true
        TmpFS={folder.File("tmp")}/%n
        ProctrackType=proctrack/{(TracksByControlGroup ? "cgroup" : "linuxproc")}
        TaskPlugin=task/{(TracksByControlGroup ? "cgroup" : "none")}
        JobAcctGatherType=jobacct_gather/none
        AccountingStorageType=accounting_storage/none
        JobCompType=jobcomp/filetxt
        JobCompLoc={folder.AttemptLog}
        SwitchType=switch/none
        MpiDefault=none
        SchedulerType=sched/backfill
        SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=1,bf_resolution=1,bf_window=1440,bf_continue
        DependencyParameters=kill_invalid_depend
        PriorityType=priority/basic
        MinJobAge=3600
        KillWait={KillWait.TotalSeconds}
        OverTimeLimit=0
        CompleteWait=0
        InactiveLimit=0
        Waittime=0
        MessageTimeout=10
        TCPTimeout=5
        SlurmctldTimeout=60
        SlurmdTimeout=60
        BatchStartTimeout=10
        UnkillableStepTimeout=20
        EpilogMsgTime=0
        ReturnToService=2
        PropagateResourceLimits=NONE
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core_Memory
        DefMemPerCPU=100
        EnforcePartLimits=ALL
        JobRequeue=1
        JobFileAppend=0
        RequeueExit=75
        RequeueExitHold=76
        PreemptType=preempt/partition_prio
        PreemptMode=REQUEUE
        SlurmctldParameters=preempt_send_user_signal
        SlurmdParameters=config_overrides
        GresTypes=gpu

        """);

    private string Node(string name, int index) => string.Create(CultureInfo.InvariantCulture,
        $"NodeName={name} NodeHostname={Environment.MachineName} NodeAddr=127.0.0.1 Port={ports[index + 1]} CPUs={Processors} Boards=1 SocketsPerBoard=1 CoresPerSocket={Processors} ThreadsPerCore=1 RealMemory={MemoryMegabytes} Gres=gpu:fake:{Gpus} State=UNKNOWN\n");

    /// <summary>A job in high takes the place of those in low, which get a warning GraceTime before the end, and low0, which get none.</summary>
    private const string Partitions = """
        PartitionName=main Nodes=ALL Default=YES DefaultTime=5 MaxTime=1440 PriorityTier=10  PreemptMode=OFF State=UP
        PartitionName=low  Nodes=ALL Default=NO  DefaultTime=5 MaxTime=1440 PriorityTier=1   PreemptMode=REQUEUE GraceTime=5 State=UP
        PartitionName=low0 Nodes=ALL Default=NO  DefaultTime=5 MaxTime=1440 PriorityTier=1   PreemptMode=REQUEUE GraceTime=0 State=UP
        PartitionName=high Nodes=ALL Default=NO  DefaultTime=5 MaxTime=1440 PriorityTier=100 PreemptMode=OFF State=UP

        """;

    /// <summary>
    /// Needed also where no job is tracked by control groups: without it slurmd looks at /sys/fs/cgroup for the version, and ends where
    /// nothing is mounted there, as in a bare chroot.
    /// </summary>
    private const string CgroupPlugin = "CgroupPlugin=cgroup/v1\n";

    private const string CgroupConstraints = $"""
        CgroupMountpoint={ControlGroups.Mount}
        ConstrainDevices=yes
        ConstrainRAMSpace=yes
        ConstrainSwapSpace=no
        ConstrainCores=no

        """;
}
