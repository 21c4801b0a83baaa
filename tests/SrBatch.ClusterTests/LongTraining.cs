using SrBatch.Core.Errors;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>A training left alone, whose model others must end in: a second or two of steps, so that a job of it can be met halfway on any machine.</summary>
public sealed class LongTraining : IDisposable
{
    public const int Steps = 60;

    private readonly TemporaryFolder _folder = new();

    public LongTraining(TrainedModel tiny)
    {
        Manifest = tiny.Manifest;
        Srbatch.Run(["train", "--manifest", Manifest, "--run", _folder.File("run"), "--threads", "1", .. Arguments]).Expect(ExitCode.Done);
        ModelSha256 = RunFiles.Sha256(_folder.File("run/model.safetensors"));
    }

    /// <summary>Of train, beside manifest, run and threads.</summary>
    public static string[] Arguments { get; } = ["--steps", $"{Steps}"];

    public string Manifest { get; }
    public string ModelSha256 { get; }

    public void Dispose() => _folder.Dispose();
}
