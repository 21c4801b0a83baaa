using System.Globalization;
using SrBatch.Core.Progress;
using SrBatch.Storage.Files;
using SrBatch.Storage.Images;

namespace SrBatch.Storage.TensorBoard;

/// <summary>
/// What TensorBoard shows of a run: an event file (tensorflow/core/util/event.proto) that grows. Each call opens, appends and closes it, so that other
/// nodes of a shared disk see it; a kill leaves at most a cut last record, which TensorBoard passes over. Refused by the disk: exit 74.
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

    /// <param name="folder">Made if need be. Files are named so that later ones come later in order of names, as TensorBoard reads them.</param>
    /// <param name="nextStep">The step that comes first; what earlier files hold of it and of later ones is void, and TensorBoard forgets it.</param>
    /// <param name="time">Events carry their time.</param>
    public EventFile(string folder, int nextStep, TimeProvider time)
    {
        _time = time;
        var now = time.GetUtcNow();
        _path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture,
            $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.{now.Millisecond:D3}.{Environment.MachineName}.{Environment.ProcessId}"));
        Append(Event().Text(FileVersion, "brain.Event:2"), Event(nextStep).Message(SessionLog, new ProtobufMessage().Integer(Status, Start)));
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
        var picture = new ProtobufMessage().Integer(Height, image.Height).Integer(Width, image.Width).Integer(Colorspace, Gray).Block(EncodedImage, PngFile.Encode(image));
        Append(Event(step).Message(Summary, new ProtobufMessage().Message(Value, new ProtobufMessage().Text(Tag, tag).Message(Image, picture))));
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
