namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>The bytes of a chunk as a stream for .NET's decompressors, without a copy or an allocation for each chunk.</summary>
internal sealed unsafe class PackedStream : Stream
{
    private byte* _next;
    private int _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// True if the reader asked for more bytes than there are: the compressed stream is cut off, which .NET does not report.
    /// </summary>
    internal bool IsOverrun { get; private set; }

    /// <param name="bytes">The bytes; they must not move until the last read.</param>
    internal void Reset(byte* bytes, int count)
    {
        _next = bytes;
        _left = count;
        IsOverrun = false;
    }

    public override int Read(Span<byte> buffer)
    {
        IsOverrun |= _left == 0 && buffer.Length > 0;
        var count = Math.Min(_left, buffer.Length);
        new ReadOnlySpan<byte>(_next, count).CopyTo(buffer);
        _next += count;
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
