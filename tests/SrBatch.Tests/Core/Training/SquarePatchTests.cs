using SrBatch.Core.Training;

namespace SrBatch.Tests.Core.Training;

public class SquarePatchTests
{
    private static readonly float[] Square = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Theory]
    [InlineData(0, "123 456 789")]
    [InlineData(1, "321 654 987")] // columns flipped
    [InlineData(2, "789 456 123")] // rows flipped
    [InlineData(3, "987 654 321")] // half turn
    [InlineData(4, "147 258 369")] // transposed
    [InlineData(5, "741 852 963")] // quarter turn clockwise
    [InlineData(6, "369 258 147")] // quarter turn counterclockwise
    [InlineData(7, "963 852 741")] // transposed along the other diagonal
    public void Orient_KnownSquare(int orientation, string expected) =>
        Assert.Equal(expected, string.Join(' ', Turned(Square, orientation).Chunk(3).Select(row => string.Concat(row))));

    [Fact]
    public void Orient_TwoAfterEachOther_AreOneOfTheEight()
    {
        var one = Enumerable.Range(0, 8).ToDictionary(orientation => string.Concat(Turned(Square, orientation)), orientation => orientation);
        Assert.Equal(8, one.Count);
        for (int first = 0; first < 8; first++)
        {
            int[] row = [.. Enumerable.Range(0, 8).Select(second => one[string.Concat(Turned(Turned(Square, first), second))])];
            // A group's table has every element once in each row.
            Assert.Equal(Enumerable.Range(0, 8), row.Order());
        }
    }

    private static float[] Turned(float[] source, int orientation)
    {
        float[] result = new float[9];
        SquarePatch.Orient(source, result, 3, orientation);
        return result;
    }
}
