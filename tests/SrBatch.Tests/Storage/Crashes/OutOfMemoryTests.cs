using SrBatch.Storage.Crashes;

namespace SrBatch.Tests.Storage.Crashes;

public class OutOfMemoryTests
{
    [Theory]
    [InlineData("9:name=systemd:/|4:memory:/slurm/uid_0/job_1|0::/", "/sys/fs/cgroup/memory/slurm/uid_0/job_1/memory.oom_control /sys/fs/cgroup//memory.events")]
    [InlineData("0::/system.slice/job_1", "/sys/fs/cgroup/system.slice/job_1/memory.events")]
    [InlineData("3:cpu,memory:/a:b", "/sys/fs/cgroup/memory/a:b/memory.oom_control")]
    [InlineData("3:cpu:/a", "")]
    public void GroupFiles_AreThoseOfBothVersions(string groups, string expected) =>
        Assert.Equal(expected, string.Join(' ', OutOfMemory.GroupFiles(groups.Split('|'))));

    [Fact]
    public void HappenedSince_ComparesCounts()
    {
        Assert.True(OutOfMemory.HappenedInGroupSince(null));
        if (OutOfMemory.KillsOfGroup() is { } now)
        {
            Assert.False(OutOfMemory.HappenedInGroupSince(now + 1_000_000));
            Assert.True(OutOfMemory.HappenedInGroupSince(now - 1));
        }
    }
}
