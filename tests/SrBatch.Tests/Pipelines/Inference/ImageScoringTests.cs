using SrBatch.Core.Quality;
using SrBatch.Pipelines.Scoring;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.Inference;

public sealed class ImageScoringTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StackRun _stack;

    public ImageScoringTests() => _stack = new StackRun(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_StackChunkedAlongZ_OpensOnce_AndUnpacksEachChunkOnce()
    {
        using (var scorer = new ImageScorer(_stack.Image, new PlaneScorer(_stack.Plan.Quality, 1), null, _stack.Reading))
        {
            QualityRow blank = QualityColumns.Blank with { Verdict = Verdict.Pass };
            float[] output = [.. Enumerable.Range(0, StackRun.Side * StackRun.Side).Select(i => (float)(i % 37))];
            QualityRow[] rows = [.. PlanePair.Of(_stack.Image).Select(planes => scorer.Score(blank, new OutputPlane(planes, output)))];
            Assert.Equal(Enumerable.Range(0, StackRun.Planes), rows.Select(row => row.Z!.Value));
            Assert.All(rows, row => Assert.True(row is { PsnrDb: not null, Rsp: not null, InputSnr: not null }, $"{row}"));
        }
        // Input and target.
        Assert.Equal((2, 2 * StackRun.Chunks), (_stack.Counts.Opens, _stack.Counts.UnpackedChunks));
    }

    [Fact]
    public void Run_StackChunkedAlongZ_UnpacksEachChunkOnceMoreForScoring()
    {
        Assert.Equal(StackRun.Planes, _stack.Enhance("run", _ => { }).Count);
        // The first stage opens the input, and goes over it for the intensities and for the network.
        Assert.Equal(3, _stack.Counts.Opens);
        Assert.InRange(_stack.Counts.UnpackedChunks, 3 * StackRun.Chunks, 4 * StackRun.Chunks);
    }

    [Fact]
    public void Run_Planes_AreScoredWhileTheNetworkIsAtWork()
    {
        _stack.Enhance("run", block =>
        {
            if (block == StackRun.Planes - 1)
            {
                // Fails only if no plane is scored before the network has seen the last one.
                Assert.True(SpinWait.SpinUntil(() => _stack.Times.Totals.ScoringSeconds > 0, TimeSpan.FromMinutes(2)));
            }
        });
        Assert.NotEmpty(RunFiles.Images(_stack.Folder("run").Path));
    }

    [Fact]
    public void Run_Interrupted_EndsInTheSameBytesAndScores()
    {
        IReadOnlyList<QualityRow> whole = _stack.Enhance("whole", _ => { });
        using var stop = new CancellationTokenSource();
        Assert.Empty(_stack.Enhance("parts", block =>
        {
            if (block == StackRun.Planes / 3)
            {
                stop.Cancel();
            }
        }, stop));
        string parts = _stack.Folder("parts").Path;
        Assert.EndsWith(".part", Assert.Single(RunFiles.Temporaries(parts)), StringComparison.Ordinal); // the begun output is gone
        int blocks = 0;
        Assert.Equal(whole, _stack.Enhance("parts", _ => blocks++));
        Assert.InRange(blocks, 1, StackRun.Planes - (StackRun.Planes / 3));
        Assert.Equal(RunFiles.Images(_stack.Folder("whole").Path), RunFiles.Images(parts));
        Assert.Empty(RunFiles.Temporaries(parts));
    }

    [Fact]
    public void Run_TargetThatCannotBeRead_FailsTheImageAlone_AndLeavesNothing()
    {
        ChildProcess.Python("import h5py, sys; f = h5py.File(sys.argv[1], 'r+'); del f['high']; f.close()", _folder.File("stack.h5"));
        Assert.Empty(_stack.Enhance("run", _ => { }));
        Assert.Empty(RunFiles.Temporaries(_stack.Folder("run").Path));
    }
}
