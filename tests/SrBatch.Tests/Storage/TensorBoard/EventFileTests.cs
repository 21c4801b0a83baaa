using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Core.Progress;
using SrBatch.Storage.Images;
using SrBatch.Storage.TensorBoard;
using SrBatch.Tests.Storage.Files;

namespace SrBatch.Tests.Storage.TensorBoard;

public sealed class EventFileTests : IDisposable
{
    private static readonly GrayImage Picture = new(5, 3, [.. Enumerable.Range(0, 15).Select(i => (byte)(17 * i))]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ScalarsAndImages_AreReadByAnotherProgram()
    {
        var events = new EventFile(_folder.Path, nextStep: 1, TimeProvider.System);
        events.Write(300, [("loss/generator", 0.25), ("rate", 1e-3)]);
        events.Write(300, "validation/a-z3", Picture);
        events.Write(100_000_000, [("loss/generator", -1)]);

        JsonArray found = EventReader.Read(_folder.Path);
        Assert.Equal(
            ["300 loss/generator 0.25", $"300 rate {(double)1e-3f}", "300 validation/a-z3 ", "100000000 loss/generator -1"],
            found.Select(e => $"{e!["step"]} {e["tag"]} {(double?)e["value"]}"));
        Assert.Equal(Convert.ToHexString(PngFile.Encode(Picture)), (string?)found[2]!["png"], ignoreCase: true);
        Assert.Equal((5, 3), ((int)found[2]!["width"]!, (int)found[2]!["height"]!));
    }

    [Fact]
    public void NewFile_AfterAKill_VoidsLaterSteps_AndACutRecordIsPassedOver()
    {
        var killed = new EventFile(_folder.Path, nextStep: 1, TimeProvider.System);
        for (int step = 1; step <= 5; step++)
        {
            killed.Write(step, [("loss", step)]);
        }
        string file = Assert.Single(Directory.GetFiles(_folder.Path));
        using (FileStream stream = File.OpenWrite(file))
        {
            stream.SetLength(stream.Length - 3);
        }
        // Another time, another name: later in order.
        File.Move(file, Path.Combine(_folder.Path, "events.out.tfevents.0000000001.000.a.1"));
        new EventFile(_folder.Path, nextStep: 4, TimeProvider.System).Write(4, [("loss", 40)]);
        Assert.Equal(["1 1", "2 2", "3 3", "4 40"], EventReader.Read(_folder.Path).Select(e => $"{e!["step"]} {(double)e["value"]!}"));
    }

    [Fact]
    public void FileName_HasTheTime_SoThatLaterFilesComeLater()
    {
        _ = new EventFile(_folder.Path, nextStep: 1, new FixedClock());
        Assert.Equal(
            [$"events.out.tfevents.7258118400.000.{Environment.MachineName}.{Environment.ProcessId}"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Write_FolderThatCannotBeMade_EndsWith74()
    {
        File.WriteAllText(_folder.File("taken"), "a file");
        var error = Assert.Throws<SrBatchException>(() => new EventFile(_folder.File("taken"), nextStep: 1, TimeProvider.System));
        Assert.Equal(ExitCode.CannotWrite, error.ExitCode);
        Assert.StartsWith(_folder.File("taken") + "/events.out.tfevents.", error.Message, StringComparison.Ordinal);
    }
}
