namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// A planar graph of near neighbours: connects two points when the circle around both of them, with the line between them as diameter,
/// contains no other point (Gabriel and Sokal 1969).
/// </summary>
internal static class GabrielGraph
{
    /// <param name="reach">Longest edge; limits the search to near points.</param>
    /// <returns>Sorted pairs of indices, the smaller index first.</returns>
    public static IEnumerable<(int From, int To)> Edges(IReadOnlyList<(double X, double Y)> points, double reach)
    {
        var cells = new Dictionary<(int, int), List<int>>();
        for (var i = 0; i < points.Count; i++)
        {
            var cell = CellOf(points[i], reach);
            if (!cells.TryGetValue(cell, out var members))
            {
                cells[cell] = members = [];
            }
            members.Add(i);
        }
        for (var i = 0; i < points.Count; i++)
        {
            // A third point within the circle is closer to i than j is, so only near points matter.
            var near = Neighbours(cells, CellOf(points[i], reach))
                .Where(k => k != i && Square(points[i], points[k]) < reach * reach).Order().ToArray();
            foreach (var j in near)
            {
                var diameter = Square(points[i], points[j]);
                if (j > i && !near.Any(k => k != j && Square(points[i], points[k]) + Square(points[j], points[k]) < diameter))
                {
                    yield return (i, j);
                }
            }
        }
    }

    private static (int, int) CellOf((double X, double Y) point, double reach) =>
        ((int)Math.Floor(point.X / reach), (int)Math.Floor(point.Y / reach));

    private static IEnumerable<int> Neighbours(Dictionary<(int, int), List<int>> cells, (int Column, int Row) cell)
    {
        for (var row = cell.Row - 1; row <= cell.Row + 1; row++)
        {
            for (var column = cell.Column - 1; column <= cell.Column + 1; column++)
            {
                foreach (var member in cells.GetValueOrDefault((column, row), []))
                {
                    yield return member;
                }
            }
        }
    }

    private static double Square((double X, double Y) a, (double X, double Y) b) =>
        (a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y);
}
