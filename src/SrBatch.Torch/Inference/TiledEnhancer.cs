using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;

namespace SrBatch.Torch.Inference;

/// <summary>
/// Enhances a plane window by window, streaming it by rows of windows: memory holds one such row of the input and one of the output. With the
/// receptive field as halo the result is that of the whole plane in one piece, to rounding.
/// </summary>
/// <param name="network">(windows, count, height, width) to count windows of scale x their size; see <see cref="TrainedGenerator.Run"/>.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="tiles">How planes are cut.</param>
/// <param name="batch">Windows a call of the network.</param>
public sealed class TiledEnhancer(Func<float[], int, int, int, float[]> network, int scale, TileSizes tiles, int batch)
{
    /// <param name="height">Rows of the plane, at least 1.</param>
    /// <param name="width">Columns of the plane, at least 1.</param>
    /// <param name="range">Intensities that the network sees as 0 and 1; the output comes back in the input's units.</param>
    /// <param name="read">Input rows.</param>
    /// <param name="write">Output rows: scale x as many, scale x as wide.</param>
    /// <param name="cancellation">Looked at before each row of windows.</param>
    /// <returns>Number of windows.</returns>
    public int Enhance(long height, long width, IntensityRange range, ReadRows read, WriteRows write, CancellationToken cancellation = default)
    {
        IReadOnlyList<AxisSegment> rows = tiles.Cut(height), columns = tiles.Cut(width);
        int columnsRead = checked((int)width);
        using var input = new RowBuffer(height, columnsRead, range, read);
        foreach (AxisSegment row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            input.Load(row.WindowStart, row.WindowEnd);
            int keptRows = checked((int)(Math.Min(row.KeepEnd, height) - row.KeepStart));
            float[] output = new float[checked(keptRows * scale * columnsRead * scale)];
            foreach (AxisSegment[] group in columns.Chunk(batch))
            {
                EnhanceGroup(row, group, input, output, keptRows, columnsRead, range);
            }
            write(row.KeepStart * scale, keptRows * scale, output);
        }
        return rows.Count * columns.Count;
    }

    private void EnhanceGroup(AxisSegment row, AxisSegment[] group, RowBuffer input, float[] output, int keptRows, int width, IntensityRange range)
    {
        int windowHeight = (int)row.WindowLength, windowWidth = (int)group[0].WindowLength, area = windowHeight * windowWidth;
        float[] windows = new float[group.Length * area];
        for (int i = 0; i < group.Length; i++)
        {
            input.CopyWindow(row.WindowStart, windowHeight, group[i].WindowStart, windowWidth, windows.AsSpan(i * area, area));
        }
        float[] enhanced = network(windows, group.Length, windowHeight, windowWidth);

        int outputWidth = width * scale, windowOutputWidth = windowWidth * scale, windowOutputArea = area * scale * scale;
        int skippedRows = (int)(row.KeepStart - row.WindowStart) * scale;
        for (int i = 0; i < group.Length; i++)
        {
            AxisSegment column = group[i];
            int skippedColumns = (int)(column.KeepStart - column.WindowStart) * scale;
            int keptColumns = (int)(Math.Min(column.KeepEnd, width) - column.KeepStart) * scale;
            for (int y = 0; y < keptRows * scale; y++)
            {
                ReadOnlySpan<float> source = enhanced.AsSpan((i * windowOutputArea) + ((skippedRows + y) * windowOutputWidth) + skippedColumns, keptColumns);
                Span<float> destination = output.AsSpan((y * outputWidth) + ((int)column.KeepStart * scale), keptColumns);
                for (int x = 0; x < keptColumns; x++)
                {
                    destination[x] = (source[x] * range.Span) + range.Low;
                }
            }
        }
    }
}
