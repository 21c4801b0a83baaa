using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>What the run folder alone tells: steps trained, images done, failed, left, rate and time left.</summary>
internal static class StatusRun
{
    public static ExitCode Run(StatusVerb options, RunContext context)
    {
        var run = new RunFolder(options.Run);
        Plan plan = FrozenPlan.Read(run, context);
        MergedQuality quality = MergedQuality.Read(run, plan);
        PlannedImage[] images = [.. plan.Images.Where(image => image.Split != Split.Train)];
        FileInfo[] outputs = [.. images.Select(image => new FileInfo(run.Image(image.Id))).Where(file => file.Exists)];
        QualityRow[] failed = [.. quality.Rows.Where(row => row.Verdict == Verdict.Fail)];
        var whole = TrainingStatus.Of(run, null);
        IReadOnlyList<TrainingStatus> groups = TrainingStatus.OfGroups(run, plan);
        double? rate = Rate(outputs);
        TimeSpan? left = rate is > 0 ? TimeSpan.FromSeconds(quality.Left.Count / rate.Value) : null;

        if (options.Json)
        {
            WriteJson(context.Out, run, plan, whole, groups, outputs.Length, failed, quality.Left.Count, rate, left);
        }
        else
        {
            context.Out.WriteLine($"{run.Path}: {plan.Name}");
            foreach (TrainingStatus training in groups.Count == 0 || whole.Step > 0 || whole.HasModel ? groups.Prepend(whole) : groups)
            {
                context.Out.WriteLine($"training   step {training.Step} of {plan.Training.Steps}{(training.HasModel ? ", model written" : "")}{(training.Group is null ? "" : $", group '{training.Group}'")}");
            }
            context.Out.WriteLine($"images     {outputs.Length} done, {failed.Length} failed, {quality.Left.Count} left of {images.Length}");
            if (rate is not null)
            {
                context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rate       {rate * 3600:F0} images an hour, about {left:d\\.hh\\:mm\\:ss} left"));
            }
            foreach (QualityRow row in failed)
            {
                context.Out.WriteLine($"failed     {row.Image}: {row.Reasons}");
            }
        }
        return failed.Length > 0 ? ExitCode.ImagesFailed : quality.Left.Count > 0 ? ExitCode.Stopped : ExitCode.Done;
    }

    /// <summary>Images a second between the first output's time and the last's; null below two outputs.</summary>
    private static double? Rate(FileInfo[] outputs)
    {
        if (outputs.Length < 2)
        {
            return null;
        }
        TimeSpan span = outputs.Max(file => file.LastWriteTimeUtc) - outputs.Min(file => file.LastWriteTimeUtc);
        return span > TimeSpan.Zero ? (outputs.Length - 1) / span.TotalSeconds : null;
    }

    private static void WriteJson(TextWriter output, RunFolder run, Plan plan, TrainingStatus whole, IReadOnlyList<TrainingStatus> groups, int done, QualityRow[] failed, int left, double? rate, TimeSpan? timeLeft)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("run", run.Path);
            json.WriteString("name", plan.Name);
            json.WriteNumber("shards", plan.Shards);
            json.WriteNumber("step", whole.Step);
            json.WriteNumber("steps", plan.Training.Steps);
            json.WriteBoolean("modelWritten", whole.HasModel);
            json.WriteStartArray("groups");
            foreach (TrainingStatus training in groups)
            {
                json.WriteStartObject();
                json.WriteString("group", training.Group);
                json.WriteNumber("step", training.Step);
                json.WriteBoolean("modelWritten", training.HasModel);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("done", done);
            json.WriteNumber("left", left);
            json.WriteStartArray("failed");
            foreach (QualityRow row in failed)
            {
                json.WriteStartObject();
                json.WriteString("image", row.Image);
                json.WriteString("reason", row.Reasons);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (rate is not null)
            {
                json.WriteNumber("imagesPerSecond", rate.Value);
                json.WriteNumber("secondsLeft", timeLeft!.Value.TotalSeconds);
            }
            json.WriteEndObject();
        }
        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
