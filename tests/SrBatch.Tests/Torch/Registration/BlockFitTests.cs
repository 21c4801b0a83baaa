using SrBatch.Torch.Registration;

namespace SrBatch.Tests.Torch.Registration;

/// <summary>Fits affine and smooth maps to block shifts, including wrong blocks and blocks that know only one direction.</summary>
public class BlockFitTests
{
    private const int Rows = 9, Columns = 11;
    private const double Step = 15;

    private static readonly AffineMap Truth = new(1.004, -0.011, 2.5, 0.009, 0.997, -1.25);

    [Fact]
    public void AffineFit_ExactShifts_GivesTheMap_WhateverAFifthOfTheBlocksSays()
    {
        BlockShifts shifts = Moved(Truth);
        AssertNear(Truth, AffineFit.Of(shifts, 60, 75), 1e-6);
        for (int block = 0; block < shifts.Count; block += 5)
        {
            shifts.Shift.Y[block] += 40;
        }
        AssertNear(Truth, AffineFit.Of(shifts, 60, 75), 1e-3);
    }

    [Fact]
    public void AffineFit_BlocksThatKnowOneDirection_AreEnoughTogether()
    {
        BlockShifts shifts = Moved(Truth);
        for (int block = 0; block < shifts.Count; block++)
        {
            // Along the other direction, the shift is wrong.
            bool isDown = block % 2 == 0;
            (isDown ? shifts.PrecisionXX : shifts.PrecisionYY)[block] = 0;
            (isDown ? shifts.Shift.X : shifts.Shift.Y)[block] = 0;
        }
        AffineMap found = AffineFit.Of(shifts, 60, 75);
        // Robust weights depend on whole shifts, so only the middle of the map is reliable here.
        Assert.Equal(Truth.At(60, 75).Y, found.At(60, 75).Y, 0.3);
        Assert.Equal(Truth.At(60, 75).X, found.At(60, 75).X, 0.3);
    }

    [Fact]
    public void AffineFit_NoBlock_IsTheIdentity()
    {
        BlockShifts shifts = Moved(Truth);
        for (int block = 0; block < shifts.Count; block++)
        {
            shifts.Reject(block);
        }
        Assert.Equal(AffineMap.Identity, AffineFit.Of(shifts, 60, 75));
    }

    [Fact]
    public void SmoothFit_AnAffineField_CostsNothing()
    {
        BlockShifts shifts = Moved(Truth);
        DisplacementGrid fit = SmoothFit.Of(shifts, shifts.Shift.With(new double[2 * shifts.Count]), 1);
        Assert.All(Enumerable.Range(0, shifts.Count), block =>
        {
            Assert.Equal(shifts.Shift.Y[block], fit.Y[block], 0.02);
            Assert.Equal(shifts.Shift.X[block], fit.X[block], 0.02);
        });
    }

    [Fact]
    public void RejectOutliers_ABlockAgainstItsNeighbours_IsRejectedAlone()
    {
        BlockShifts shifts = Moved(Truth);
        shifts.Shift.X[(4 * Columns) + 5] += 3;
        shifts.RejectOutliers(1);
        Assert.Equal([(4 * Columns) + 5], Enumerable.Range(0, shifts.Count).Where(block => !shifts.IsUsed(block)));
    }

    [Fact]
    public void DisplacementGrid_AtNodes_IsTheirValue_BetweenThemSmooth_BeyondConstant()
    {
        DisplacementGrid grid = Moved(Truth).Shift;
        Assert.Equal((grid.Y[13], grid.X[13]), grid.At(grid.Node(1, 2).Y, grid.Node(1, 2).X));
        // Cubic convolution keeps straight lines straight.
        Assert.Equal(Truth.At(52, 61).Y - 52, grid.At(52, 61).Y, 1e-9);
        Assert.Equal(grid.At(0, 0), grid.At(-50, -50));
    }

    private static BlockShifts Moved(AffineMap map)
    {
        var grid = new DisplacementGrid(0, 0, Step, Step, Rows, Columns);
        for (int block = 0; block < Rows * Columns; block++)
        {
            (double y, double x) = grid.Node(block / Columns, block % Columns);
            (double movedY, double movedX) = map.At(y, x);
            (grid.Y[block], grid.X[block]) = (movedY - y, movedX - x);
        }
        return new BlockShifts
        {
            Shift = grid,
            Correlation = Filled(0.9),
            PrecisionYY = Filled(50),
            PrecisionYX = Filled(0),
            PrecisionXX = Filled(50),
        };
    }

    private static double[] Filled(double value) => [.. Enumerable.Repeat(value, Rows * Columns)];

    private static void AssertNear(AffineMap expected, AffineMap actual, double tolerance) => Assert.All(
        expected.ToArray().Zip(actual.ToArray()),
        pair => Assert.Equal(pair.First, pair.Second, tolerance * (Math.Abs(pair.First) > 0.5 ? 100 : 1)));
}
