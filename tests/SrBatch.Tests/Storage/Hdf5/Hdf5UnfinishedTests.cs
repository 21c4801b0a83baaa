using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Tests.Storage.Files;

namespace SrBatch.Tests.Storage.Hdf5;

/// <summary>Distinguishes files that are being written or copied from damaged ones. h5py 3.7 writes them.</summary>
public sealed class Hdf5UnfinishedTests : IDisposable
{
    private static readonly string Lately =
        $" It changed at {FixedClock.Now.AddSeconds(-12):yyyy-MM-ddTHH:mm:ssZ} and may still be being written or copied.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("True", " (SWMR)")]
    [InlineData("False", "")]
    public void OpenRead_WriterAtWork_IsRefused_AndLeftOpenNamesTheRemedy(string swmr, string how)
    {
        var path = _folder.File("a.h5");
        using var writer = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", $"""
            import h5py, os, sys
            f = h5py.File('{path}', 'w', libver='latest')
            f.create_dataset('low', (4, 4), 'u2', chunks=(2, 2), maxshape=(None, 4))
            if {swmr}: f.swmr_mode = True
            f.flush()
            print('open', flush=True)
            sys.stdin.readline()
            os._exit(0)
            """]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("open", writer.StandardOutput.ReadLine());
        File.SetLastWriteTimeUtc(path, FixedClock.Now.AddSeconds(-12));
        Assert.Equal(
            $"{path}: is still open for writing{how}.{Lately} If no writer runs any more, 'h5clear -s {path}' mends the flag.",
            Complaint(path));
        writer.StandardInput.WriteLine();
        writer.WaitForExit();
        File.SetLastWriteTimeUtc(path, FixedClock.Now.AddMinutes(-11));
        Assert.Equal(
            $"{path}: was left open by its writer{how}. If none runs any more, 'h5clear -s {path}' mends the flag.",
            Complaint(path));
        ChildProcess.Run("h5clear", "-s", path);
        using var mended = Hdf5File.OpenRead(path);
        Assert.True(mended.Exists("/low"));
    }

    [Theory]
    [InlineData("earliest", 0)]
    [InlineData("earliest", 1024)]
    [InlineData("latest", 0)]
    [InlineData("latest", 512)]
    public void OpenRead_CutAnywhere_SaysHowMuchThereIs(string version, int userBlock)
    {
        var path = _folder.File("a.h5");
        ChildProcess.Python($"""
            import h5py, numpy as np
            with h5py.File('{path}', 'w', libver='{version}', userblock_size={userBlock}) as f:
                f['low'] = np.zeros((40, 40))
            """);
        var whole = File.ReadAllBytes(path);
        Hdf5File.OpenRead(path).Dispose();
        foreach (var length in (int[])[userBlock + 100, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal($"{path}: truncated: the file has {length} of {whole.Length} bytes.", Complaint(path));
            File.SetLastWriteTimeUtc(path, FixedClock.Now.AddSeconds(-12));
            Assert.Equal($"{path}: truncated: the file has {length} of {whole.Length} bytes.{Lately}", Complaint(path));
        }
        File.WriteAllBytes(path, [.. new byte[2048], .. whole[userBlock..]]);
        // Like h5jam: the user block was added later, so that the base address is wrong. libhdf5 accepts that.
        using var moved = Hdf5File.OpenRead(path);
        Assert.True(moved.Exists("/low"));
    }

    [Fact]
    public void OpenRead_OtherDamageOfLate_MayBeUnfinished()
    {
        var path = _folder.File("a.h5");
        (byte[], string)[] cases = [([], "is empty; expected an HDF5 file."), ([1, 2], "is no HDF5 file (its signature is missing).")];
        foreach (var (bytes, what) in cases)
        {
            File.WriteAllBytes(path, bytes);
            Assert.Equal($"{path}: {what}", Complaint(path));
            File.SetLastWriteTimeUtc(path, FixedClock.Now.AddSeconds(-12));
            Assert.Equal($"{path}: {what}{Lately}", Complaint(path));
            File.SetLastWriteTimeUtc(path, FixedClock.Now.AddMinutes(-9));
            Assert.Contains($" It changed at {FixedClock.Now.AddMinutes(-9):yyyy-MM-ddTHH:mm:ssZ} ", Complaint(path), StringComparison.Ordinal);
        }
    }

    private static string Complaint(string path)
    {
        var error = Assert.Throws<SrBatchException>(() => Hdf5File.OpenRead(path));
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
        return error.Message;
    }
}
