using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

public sealed class HandoverFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Share_TheOthersComeFirst_GetWhatTheFirstGives()
    {
        string path = _folder.File("run/.nccl-7.0.0");
        byte[] given = [.. Enumerable.Range(0, 128).Select(i => (byte)i)];
        using HandoverFile first = new(path, Patience), second = new(path, Patience), third = new(path, Patience);
        Task<byte[]> early = Task.Run(() => second.Share(null), TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(early.IsCompleted);
        Assert.Same(given, first.Share(given));
        Assert.Equal(given, await early);
        Assert.Equal(given, third.Share(null));
        second.Dispose();
        Assert.True(File.Exists(path));
        first.Dispose();
        Assert.Empty(Directory.GetFiles(_folder.File("run")));
    }

    [Fact]
    public void Share_NobodyGives_EndsInTime()
    {
        string path = _folder.File(".nccl-7.0.0");
        using var file = new HandoverFile(path, TimeSpan.FromMilliseconds(50));
        var waited = Stopwatch.StartNew();
        SrBatchException fault = Assert.Throws<SrBatchException>(() => file.Share(null));
        Assert.Equal(
            $"{path}: rank 0 has not written it within 0 s. Its log may tell why; or this node does not see the same folder.",
            fault.Message);
        Assert.Equal(ExitCode.Unavailable, fault.ExitCode);
        Assert.True(waited.Elapsed >= TimeSpan.FromMilliseconds(50));
    }
}
