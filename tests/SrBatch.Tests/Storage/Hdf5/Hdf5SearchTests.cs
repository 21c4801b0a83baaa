using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Tests.Storage.Hdf5;

public sealed class Hdf5SearchTests
{
    [Fact]
    public void Load_UsersChoiceIsNoLibrary_NamesItAndWhatToInstall()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<SrBatchException>(() => new Hdf5Search(folder.Path, []).Load());
        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
        Assert.Equal(
            $"SRBATCH_HDF5 is '{folder.Path}', which is no HDF5 library and no folder that holds one. "
            + "Install it (Debian, Ubuntu: apt install libhdf5-103-1 or libhdf5-310; "
            + "EL: dnf install hdf5 from EPEL; conda: conda install hdf5; cluster: module load HDF5) "
            + "or set SRBATCH_HDF5 to the file.",
            error.Message);
    }

    [Fact]
    public void Load_ThisMachine_Is110OrLater()
    {
        var (version, path) = Hdf5Library.Load();
        Assert.True(version >= new Version(1, 10), path);
    }
}
