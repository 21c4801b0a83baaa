using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>Makes the plan from the manifest and the headers of the images.</summary>
public static class Planner
{
    /// <summary>Most images listed that share an id.</summary>
    private const int MostListed = 10;

    /// <param name="manifest">Its options must have been checked.</param>
    /// <param name="manifestSha256">See <see cref="Plan.ManifestSha256"/>.</param>
    /// <param name="images">All images, in any order.</param>
    /// <param name="shards">Number of tasks to divide the work among, at least 1.</param>
    /// <param name="isRegistered">True when a target's size must be exactly the scale times its input's; false before registration.</param>
    /// <exception cref="SrBatchException">Two images have the same id, or there are no images (exit 78).</exception>
    public static Plan Build(
        Manifest manifest,
        string manifestSha256,
        IReadOnlyCollection<ResolvedImage> images,
        int shards,
        bool isRegistered = true)
    {
        List<string> problems =
        [
            .. images.GroupBy(image => image.Entry.Id, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(SameId),
        ];
        if (images.Count == 0)
        {
            problems.Add("no image: the list is empty, or no file matches a glob");
        }
        if (problems.Count > 0)
        {
            throw SrBatchException.FromProblems(manifest.Name, problems);
        }
        return new Plan
        {
            Name = manifest.Name,
            ManifestSha256 = manifestSha256,
            Shards = 1,
            Model = manifest.Model,
            Training = manifest.Training,
            Inference = manifest.Inference,
            Quality = manifest.Quality,
            Images =
            [
                .. images.Select(image => PlanImage(image, manifest, isRegistered)).OrderBy(image => image.Id, StringComparer.Ordinal),
            ],
        }.WithShards(shards);
    }

    private static string SameId(IGrouping<string?, ResolvedImage> images)
    {
        string[] all = [.. images.Select(image => $"{image.Entry.Key} ({image.Entry.Input.File})")];
        string more = all.Length > MostListed ? $" and {all.Length - MostListed} more" : "";
        string entries = string.Join(" and ", all.Take(MostListed)) + more;
        string remedy = images.Any(image => image.Entry.Glob is not null)
            ? "Rename files, or list them one by one with an id each ('srbatch scan' does it)"
            : "Change one id";
        return $"id '{images.Key}' is used by {entries}; each output needs a name of its own. {remedy}.";
    }

    /// <summary>Plans one image; its shard is 0.</summary>
    /// <param name="image">The image.</param>
    /// <param name="manifest">Its options must have been checked.</param>
    /// <param name="isRegistered">See <see cref="Build"/>.</param>
    public static PlannedImage PlanImage(ResolvedImage image, Manifest manifest, bool isRegistered = true)
    {
        int scale = manifest.Model.Scale;
        var planned = new PlannedImage
        {
            Id = image.Entry.Id!,
            Group = image.Entry.Group,
            Split = image.Entry.Split,
            Problem = image.Problem,
            InputStamp = image.InputStamp,
            TargetStamp = image.TargetStamp,
        };
        if (image.Problem is not null || image.Input is null)
        {
            return planned;
        }
        (PlannedDataset? input, string? problem) = Select(image.Input, image.Entry.Input, image.Entry.Key + ".input");
        problem ??= SizeRule.Problem(input!, image.Entry.Key + ".input", image.Entry.Split, scale, manifest.Inference)
            ?? NothingWritten(image.Input) ?? (image.Target is null ? null : NothingWritten(image.Target));
        PlannedDataset? target = null;
        if (problem is null && image.Target is not null)
        {
            (target, problem) = Select(image.Target, image.Entry.Target!, image.Entry.Key + ".target");
            problem ??= (isRegistered ? SizeMismatch(input!, target!, scale) : null) ?? CountMismatch(input!, target!);
        }
        return problem is not null
            ? planned with { Problem = problem }
            : planned with { Input = input, Target = target, Cost = input!.PlaneCount * input.Height * input.Width * scale * scale };
    }

    private static string? NothingWritten(DatasetHeader header) =>
        header.NeverWritten < 1 ? null : DatasetHeader.NothingWritten(header.File, header.Dataset, header.Shape);

    private static (PlannedDataset? Dataset, string? Problem) Select(DatasetHeader header, DatasetReference reference, string key)
    {
        string shape = $"{header.Shape.Length}-D {header.ElementType.NumpyName()} [{string.Join(", ", header.Shape)}]";
        string where = $"{header.File}: dataset '{header.Dataset}' is {shape}";
        string? axes = reference.Axes ?? header.Axes ?? (header.Shape.Length == 2 ? "yx" : null);
        if (AxesExample.TooMany(header) is { } tooMany)
        {
            return (null, tooMany);
        }
        if (axes is null)
        {
            return (null, $"{where} and does not name its axes. Set {key}.axes, e.g. \"{AxesExample.For(header)}\".");
        }
        if (axes.Length != header.Shape.Length)
        {
            return (null, $"{where}; {key}.axes is '{axes}', {axes.Length} letters. It must have one letter for each axis.");
        }
        if (DatasetPattern.Parse(header.Dataset) is { } pattern && !axes.StartsWith(pattern.Axes, StringComparison.Ordinal))
        {
            return (null, $"{where}; {key}.axes is '{axes}'. It must begin with '{pattern.Axes}', the axes that the pattern numbers.");
        }
        if (header.Shape.Any(length => length < 1))
        {
            return (null, $"{where}: it has no pixels.");
        }
        long[] start = new long[axes.Length], count = [.. header.Shape];
        foreach ((char axis, AxisRange range) in reference.Select)
        {
            int at = axes.IndexOf(axis, StringComparison.Ordinal);
            if (at < 0)
            {
                return (null, $"{where} with axes '{axes}'; {key}.select names axis '{axis}', which it does not have.");
            }
            start[at] = range.Start ?? 0;
            count[at] = (range.Stop ?? header.Shape[at]) - start[at];
            if (count[at] < 1 || start[at] + count[at] > header.Shape[at])
            {
                return (null, $"{where} with axes '{axes}'; {key}.select.{axis} is {range}, outside 0:{header.Shape[at]}.");
            }
        }
        return (new PlannedDataset
        {
            File = header.File,
            Dataset = header.Dataset,
            Axes = axes,
            Shape = header.Shape,
            Start = start,
            Count = count,
            ElementType = header.ElementType,
            ElementSizeUm = header.ElementSizeUm,
        }, null);
    }

    private static string? SizeMismatch(PlannedDataset input, PlannedDataset target, int scale) =>
        target.Height == input.Height * scale && target.Width == input.Width * scale ? null : string.Create(CultureInfo.InvariantCulture,
            $"{target} has planes of {target.Height} x {target.Width}; expected {input.Height * scale} x {input.Width * scale}, "
            + $"{scale} x those of {input}. Set model.scale, or register the pair.");

    private static string? CountMismatch(PlannedDataset input, PlannedDataset target)
    {
        foreach (char axis in "tcz")
        {
            if (target.CountOf(axis) != input.CountOf(axis))
            {
                return $"{target} has {target.CountOf(axis)} along {axis}; expected {input.CountOf(axis)}, as {input}. "
                    + "Use select to pick matching planes.";
            }
        }
        return null;
    }
}
