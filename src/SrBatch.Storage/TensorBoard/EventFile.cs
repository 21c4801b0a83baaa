using System.Globalization;
using SrBatch.Core.Progress;
using SrBatch.Storage.Files;
using SrBatch.Storage.Images;

namespace SrBatch.Storage.TensorBoard;

/// <summary>
/// An event file for TensorBoard (tensorflow/core/util/event.proto). Each call opens the file, appends to it and closes it, so that other
/// nodes of a shared disk see the change. If the process is killed, at most the last record is incomplete; TensorBoard ignores it. When the
/// disk cannot be written, methods throw with exit code 74.
/// </summary>
public sealed class EventFile
{
    // Fields of Event, Summary, Summary.Value, Summary.Image and SessionLog.
    private const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, SessionLog = 7;
    private const int Value = 1, Tag = 1, SimpleValue = 2, Image = 4;
    private const int Height = 1, Width = 2, Colorspace = 3, EncodedImage = 4, Gray = 1;
    private const int Status = 1, Start = 1;

    private readonly string _path;
    private readonly TimeProvider _time;

    /// <param name="folder">
    /// Created when missing. The names of later files sort after those of earlier ones, because TensorBoard reads in this order.
    /// </param>
    /// <param name="nextStep">The first step that will be written. TensorBoard drops this and later steps of earlier files.</param>
    /// <param name="time">The clock for the time of events.</param>
    public EventFile(string folder, int nextStep, TimeProvider time)
    {
        _time = time;
        var now = time.GetUtcNow();
        _path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture,
            $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.{now.Millisecond:D3}.{Environment.MachineName}.{Environment.ProcessId}"));
        var start = new ProtobufMessage().Integer(Status, Start);
        Append(Event().Text(FileVersion, "brain.Event:2"), Event(nextStep).Message(SessionLog, start));
    }

    public void Write(int step, IEnumerable<(string Tag, double Value)> scalars)
    {
        var summary = new ProtobufMessage();
        foreach (var (tag, value) in scalars)
        {
            summary.Message(Value, new ProtobufMessage().Text(Tag, tag).Float32(SimpleValue, (float)value));
        }
        Append(Event(step).Message(Summary, summary));
    }

    public void Write(int step, string tag, GrayImage image)
    {
        var picture = new ProtobufMessage()
            .Integer(Height, image.Height)
            .Integer(Width, image.Width)
            .Integer(Colorspace, Gray)
            .Block(EncodedImage, PngFile.Encode(image));
        var value = new ProtobufMessage().Text(Tag, tag).Message(Image, picture);
        Append(Event(step).Message(Summary, new ProtobufMessage().Message(Value, value)));
    }

    private ProtobufMessage Event(int? step = null)
    {
        var message = new ProtobufMessage().Float64(WallTime, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
        return step is { } number ? message.Integer(Step, number) : message;
    }

    private void Append(params ReadOnlySpan<ProtobufMessage> events)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
            foreach (var message in events)
            {
                TfRecord.Write(stream, message.Bytes);
            }
        }
        catch (Exception e) when (DiskError.Of(_path, e) is { } error)
        {
            throw error;
        }
    }
}
