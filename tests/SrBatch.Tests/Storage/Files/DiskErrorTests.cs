using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

/// <summary>Which faults are the disk's, and which are bugs.</summary>
public class DiskErrorTests
{
    [Fact]
    public void IsOfSystem_FullDiskNoPermissionVanishedFolder_NotASingleFileOrShortRead()
    {
        Assert.True(DiskError.IsOfSystem(Assert.ThrowsAny<IOException>(() => File.WriteAllBytes("/dev/full", [1]))));
        Assert.True(DiskError.IsOfSystem(Assert.ThrowsAny<IOException>(() => Directory.GetFiles("/nowhere"))));
        Assert.True(DiskError.IsOfSystem(new UnauthorizedAccessException()));
        Assert.True(DiskError.IsOfSystem(new IOException("stale", 116)));
        Assert.False(DiskError.IsOfSystem(Assert.ThrowsAny<IOException>(() => File.ReadAllBytes("/tmp/no such file"))));
        Assert.False(DiskError.IsOfSystem(new EndOfStreamException()));
        Assert.False(DiskError.IsOfSystem(new InvalidOperationException()));
    }
}
