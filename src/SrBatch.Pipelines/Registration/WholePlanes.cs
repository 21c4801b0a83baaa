using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Planes;

namespace SrBatch.Pipelines.Registration;

/// <summary>Reads planes that can be aligned: every pixel was written and is finite.</summary>
internal static class WholePlanes
{
    /// <exception cref="SrBatchException">Pixels were never written (exit 65); interpolation would make intensities of them.</exception>
    public static void RequireWritten(PlaneSource source)
    {
        long missing = 0, all = 0;
        foreach (PlaneIndex plane in source.Dataset.Planes())
        {
            missing += source.NeverWritten(plane);
            all += source.Dataset.Height * source.Dataset.Width;
        }
        if (missing > 0)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                string.Create(CultureInfo.InvariantCulture,
                    $"{source.Dataset}: {missing} of {all} pixels ({(double)missing / all:P1}) were never written, and cannot be ")
                + "interpolated. Copy the file again from its source, or select a part without them.");
        }
    }

    /// <exception cref="SrBatchException">The plane cannot be read or has values that are not finite (exit 65).</exception>
    public static float[] Read(PlaneSource source, PlaneIndex plane)
    {
        float[] values = source.ReadPlane(plane);
        RequireFinite(source, plane, values);
        return values;
    }

    /// <exception cref="SrBatchException">Some of the plane's values are not finite (exit 65).</exception>
    public static void RequireFinite(PlaneSource source, PlaneIndex plane, float[] values)
    {
        if (!Array.TrueForAll(values, float.IsFinite))
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{source.Dataset}: the plane at t {plane.T}, c {plane.C}, z {plane.Z} holds values that are not finite, "
                + "which cannot be interpolated. Replace them, or select a part without them.");
        }
    }
}
