using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5;

namespace SrBatch.Tests.Storage.Hdf5;

public sealed class SteadyDatasetTests
{
    [Fact]
    public void Read_DescriptorGoneBad_OpensTheFileAgain_AndSaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        ChildProcess.Python("import sys,h5py,numpy as np\nh5py.File(sys.argv[1],'w')['low']=np.arange(1<<20,dtype='f4')", path);
        var told = new List<string>();
        using var dataset = new SteadyDataset(path, "/low", null, new Hdf5ReadOptions { Retry = new SharedDiskRetry(TimeProvider.System, (attempt, why) => told.Add($"{attempt} {why.Message}")) });
        var before = dataset.Current;
        SpoilDescriptorOf(path);
        var values = new float[3];
        // Not in the sieve buffer, so read from the disk.
        dataset.Read([1 << 19], [3], values);
        Assert.Equal([1 << 19, (1 << 19) + 1, (1 << 19) + 2], values);
        Assert.NotSame(before, dataset.Current);
        var line = Assert.Single(told);
        Assert.StartsWith($"1 {path}: dataset '/low' cannot be read at (524288), size (3) (HDF5: file read failed: Input/output error (errno 5); ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileGoneMeanwhile_EndsWithThatReason()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        ChildProcess.Python("import sys,h5py,numpy as np\nh5py.File(sys.argv[1],'w')['low']=np.arange(1<<20,dtype='f4')", path);
        using var dataset = new SteadyDataset(path, "/low", null, new Hdf5ReadOptions());
        SpoilDescriptorOf(path);
        File.Delete(path);
        Assert.Equal($"{path}: there is no such file.", Assert.Throws<SrBatchException>(() => dataset.Read([1 << 19], [3], new float[3])).Message);
    }

    /// <summary>Puts a descriptor in place of libhdf5's on which reading fails with EIO: our memory at an address that is none.</summary>
    private static void SpoilDescriptorOf(string path)
    {
        using var memory = File.OpenHandle("/proc/self/mem");
        var held = Directory.GetFiles("/proc/self/fd").Where(link => new FileInfo(link).LinkTarget == path).ToList();
        Assert.NotEmpty(held);
        Assert.All(held, link => Assert.True(dup2((int)memory.DangerousGetHandle(), int.Parse(Path.GetFileName(link), System.Globalization.CultureInfo.InvariantCulture)) >= 0));
    }

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // a test's, of C's name; generated marshalling would need unsafe code here
    [DllImport("libc.so.6")]
    private static extern int dup2(int from, int to);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
