using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Training.Patches;

namespace SrBatch.Pipelines.Training;

/// <summary>Names the images that a finished training could not use. The model is there, so this is a warning and no failure.</summary>
internal static class LeftOut
{
    private const int MostNames = 10;

    public static void Warn(Plan plan, TrainingPlanes planes, RunContext context)
    {
        string[] unread =
            [.. plan.Images.Where(image => image.Problem is not null && image.Split == Split.Validation).Select(image => image.Id)];
        if (Describe("trained", Count(plan, Split.Train), planes.Skipped) is { } train)
        {
            Log.Warning(context.Log, train);
        }
        if (Describe("validated", Count(plan, Split.Validation), unread) is { } validation)
        {
            Log.Warning(context.Log, validation);
        }
    }

    /// <returns>Null when nothing was left out.</returns>
    internal static string? Describe(string done, int images, IReadOnlyList<string> missing)
    {
        if (missing.Count == 0)
        {
            return null;
        }
        string more = missing.Count > MostNames ? $" and {missing.Count - MostNames} more" : "";
        return $"the model was {done} without {missing.Count} of {images} images, which could not be used: "
            + $"{string.Join(", ", missing.Take(MostNames))}{more}. 'srbatch check' gives each reason.";
    }

    private static int Count(Plan plan, Split split) => plan.Images.Count(image => image.Split == split);
}
