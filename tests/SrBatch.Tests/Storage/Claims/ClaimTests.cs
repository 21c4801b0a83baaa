using System.Diagnostics;
using System.Text.Json;
using SrBatch.Core.Progress;
using SrBatch.Storage.Claims;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Claims;

public sealed class ClaimTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Claimant _me = Claim.ThisProcess("a", TimeProvider.System.GetUtcNow()) with
    {
        JobId = "7",
        ArrayTaskId = 3,
        RestartCount = 1,
    };

    private string PathOfA => ClaimFolder.PathOf(_folder.File("a.h5"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryTake_HeldByALivingProcess_IsRefused_UntilGivenBack()
    {
        using (Claim? claim = Claim.TryTake(PathOfA, _me))
        {
            Assert.NotNull(claim);
            Assert.Equal(_me, Claim.HolderOf(PathOfA));
            Assert.Null(Claim.TryTake(PathOfA, _me));
            Assert.Equal([_me], ClaimFolder.Alive(_folder.Path));
            claim.Beat();
            Assert.Equal(_me, Claim.HolderOf(PathOfA));
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        using Claim? again = Claim.TryTake(PathOfA, _me);
        Assert.NotNull(again);
    }

    /// <summary>Nobody can write to /proc, so that its disk cannot be asked for the time.</summary>
    [Fact]
    public void IsAlive_ByWhomMayOnlyRead_GoesByTheNodesClock_AndTenMinutes()
    {
        Claimant far = _me with { Machine = "far-away" };
        var clock = new Lazy<DateTime>(() => ClaimFolder.Clock("/proc"));
        Write(PathOfA, far);
        Assert.True(Claim.IsAlive(PathOfA, far, clock));
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(PathOfA, now.AddMinutes(-9));
        Assert.True(Claim.IsAlive(PathOfA, far, clock));
        File.SetLastWriteTimeUtc(PathOfA, now.AddMinutes(-11));
        Assert.False(Claim.IsAlive(PathOfA, far, clock));
        File.SetLastWriteTimeUtc(PathOfA, now.AddMinutes(-3));
        Assert.Empty(ClaimFolder.Alive(_folder.Path)); // this folder's disk has the time: two minutes are enough
    }

    [Fact]
    public void TryTake_ManyAtOnce_OneHolder_WhetherFreeOrLeftByTheDead()
    {
        for (int round = 0; round < 50; round++)
        {
            if (round % 2 == 1)
            {
                Write(PathOfA, Dead());
            }
            Claim?[] claims = [.. Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => Claim.TryTake(PathOfA, _me))];
            Assert.Single(claims.OfType<Claim>()).Dispose();
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        }
    }

    [Fact]
    public void TryTake_OfADeadProcess_TakesOverWhatItSays()
    {
        Write(PathOfA, Dead() with { Deaths = 1 });
        Assert.Empty(ClaimFolder.Alive(_folder.Path));
        using Claim? claim = Claim.TryTake(PathOfA, _me, dead => _me with { Deaths = dead.Deaths + 1 });
        Assert.Equal(2, claim!.Holder.Deaths);
        Assert.Equal(2, Claim.HolderOf(PathOfA)!.Deaths);
    }

    [Fact]
    public void TryTake_OfALivingProcessOfTheSameNumberButAnotherStart_TakesOver()
    {
        Write(PathOfA, _me with { ProcessStart = _me.ProcessStart - 1 });
        using Claim? claim = Claim.TryTake(PathOfA, _me);
        Assert.NotNull(claim);
    }

    /// <summary>For a process of another machine only the time stamps of the disk count, not our own clock.</summary>
    [Fact]
    public void TryTake_OfAnotherMachine_WaitsForTwoMinutesOfSilence()
    {
        Write(PathOfA, Far());
        Assert.Null(Claim.TryTake(PathOfA, _me));
        Age(TimeSpan.FromSeconds(100));
        Assert.Null(Claim.TryTake(PathOfA, _me));
        Assert.Single(ClaimFolder.Alive(_folder.Path));
        Age(TimeSpan.FromSeconds(130));
        Assert.Empty(ClaimFolder.Alive(_folder.Path));
        using Claim? claim = Claim.TryTake(PathOfA, _me);
        Assert.NotNull(claim);
    }

    [Theory]
    [InlineData("7", 3, 0, true)]
    [InlineData("7", 3, 1, false)] // another rank of this start
    [InlineData("7", 4, 0, false)]
    [InlineData("8", 3, 0, false)]
    [InlineData(null, 3, 0, false)]
    public void TryTake_OfAnEarlierStartOfThisJobElsewhere_TakesOverAtOnce(string? job, int task, int restart, bool isTaken)
    {
        Write(PathOfA, Far() with { JobId = job, ArrayTaskId = task, RestartCount = restart });
        using Claim? claim = Claim.TryTake(PathOfA, _me);
        Assert.Equal(isTaken, claim is not null);
    }

    [Fact]
    public void TryTake_OfAnUnreadableClaim_WaitsForItsAge()
    {
        File.WriteAllText(PathOfA, "{ half");
        Assert.Null(Claim.TryTake(PathOfA, _me));
        Age(TimeSpan.FromMinutes(3));
        using Claim? claim = Claim.TryTake(PathOfA, _me);
        Assert.NotNull(claim);
    }

    /// <summary>Nobody can read the first bytes of a process: the disk gives an error, also to root.</summary>
    [Fact]
    public void TryTake_OfAClaimThatTheDiskCannotRead_WaitsForItsAge()
    {
        File.CreateSymbolicLink(PathOfA, "/proc/self/mem");
        Assert.Null(Claim.TryTake(PathOfA, _me));
        ChildProcess.Run("/usr/bin/touch", "--no-dereference", "--date=1 hour ago", PathOfA);
        using (Claim? claim = Claim.TryTake(PathOfA, _me))
        {
            Assert.Equal(_me, claim?.Holder);
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Dispose_LostToAnother_LeavesItsClaim_AndBeatsDoNotReachIt()
    {
        Claim claim = Claim.TryTake(PathOfA, _me)!;
        File.Delete(PathOfA);
        Write(PathOfA, Far());
        claim.Beat();
        claim.Dispose();
        Assert.Equal(Far().Machine, Claim.HolderOf(PathOfA)!.Machine);
    }

    [Fact]
    public void Clean_DeletesClaimsOfTheDeadOnWhatIsOver()
    {
        string b = ClaimFolder.PathOf(_folder.File("b.h5")), c = ClaimFolder.PathOf(_folder.File("c.h5"));
        Write(PathOfA, Dead());
        Write(b, Dead() with { Work = "b" });
        using Claim? claim = Claim.TryTake(c, _me with { Work = "c" });
        ClaimFolder.Clean(_folder.Path, work => work != "b");
        Assert.Equal([b, c], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
        ClaimFolder.Clean(_folder.File("none"), _ => true);
    }

    [Fact]
    public void PathOf_LongNames_FitAndDiffer()
    {
        string one = ClaimFolder.PathOf("/x/" + new string('a', 251) + "b.h5");
        string two = ClaimFolder.PathOf("/x/" + new string('a', 251) + "c.h5");
        Assert.NotEqual(one, two);
        Assert.InRange(Path.GetFileName(one).Length, 1, 160);
    }

    private Claimant Far() => _me with { Machine = "another-node", JobId = "1" };

    private Claimant Dead()
    {
        using var child = Process.Start("/bin/true");
        child.WaitForExit();
        return _me with { Process = child.Id, ProcessStart = RunningProcess.OwnStart + 1 };
    }

    private void Age(TimeSpan age) => File.SetLastWriteTimeUtc(PathOfA, TimeProvider.System.GetUtcNow().UtcDateTime - age);

    private static void Write(string path, Claimant holder) =>
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(holder, ClaimantJson.Default.Claimant));
}
