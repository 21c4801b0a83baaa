using System.Globalization;

namespace SrBatch.ClusterTests.Lab;

/// <summary>
/// Where a <see cref="SlurmLab"/> has everything: <c>etc</c> configuration, <c>run</c> sockets, <c>log</c>, <c>pid</c> a file a daemon, <c>state</c>,
/// <c>spool</c>, <c>tmp</c> a folder a node, <c>dev</c> pretend devices. Its name tells which process made it.
/// </summary>
internal sealed class LabFolder
{
    private const string NamePrefix = "srbatch-slurm-";

    /// <summary>What Unix sockets, the munge daemon and jobs of any user need.</summary>
    private const UnixFileMode ForAll = ForOwner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private LabFolder(string path) => Path = path;

    public string Path { get; }

    public string Configuration => File("etc", "slurm.conf");
    public string MungeSocket => File("run", "munge.socket");
    public string MungeKey => File("etc", "munge.key");
    public string AttemptLog => File("log", "jobcomp.txt");

    /// <summary>What the names of this lab's nodes begin with, and those of no other lab on this machine. Short: the paths of Unix sockets, at most 107 bytes, have it twice.</summary>
    public string NodePrefix
    {
        get
        {
            string[] parts = System.IO.Path.GetFileName(Path)[NamePrefix.Length..].Split('-'); // process id, its start time and, after the first lab of a process, a number
            return parts.Length > 2 ? $"srb{parts[0]}x{parts[2]}n" : $"srb{parts[0]}n";
        }
    }

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes the folder of a lab that this process owns.</summary>
    public static LabFolder Create()
    {
        var self = ProcessIdentity.Of(Environment.ProcessId)!;
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{self.Id}-{self.StartTime}"));
        for (int number = 1; Directory.Exists(path); number++)
        {
            path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{self.Id}-{self.StartTime}-{number}"));
        }
        var folder = new LabFolder(path);
        Make(path, ForAll);
        foreach (string part in (string[])["etc", "run", "log", "dev", "spool", "tmp"])
        {
            Make(folder.File(part), ForAll);
        }
        Make(folder.File("state"), ForOwner);
        Make(folder.File("pid"), ForOwner);
        return folder;
    }

    /// <summary>Folders of labs whose process was killed before it could clean up, as far as they are ours to delete.</summary>
    public static IEnumerable<LabFolder> Abandoned()
    {
        foreach (string path in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), NamePrefix + "*"))
        {
            string[] owner = System.IO.Path.GetFileName(path)[NamePrefix.Length..].Split('-');
            bool isOurs = Environment.IsPrivilegedProcess || System.IO.File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserWrite);
            if (isOurs && owner.Length >= 2 && ProcessIdentity.Parse(owner[0], owner[1]) is { IsAlive: false })
            {
                yield return new LabFolder(path);
            }
        }
    }

    public void Delete()
    {
        // A daemon that has just ended may have had a child that still writes.
        for (int attempts = 1; ; attempts++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException) when (attempts < 20)
            {
                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Whatever the umask.</summary>
    private static void Make(string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(path);
        System.IO.File.SetUnixFileMode(path, mode);
    }
}
