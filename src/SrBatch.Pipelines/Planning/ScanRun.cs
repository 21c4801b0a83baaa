using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Hdf5.Flavours;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Planning;

/// <summary>Scan: folders -> HDF5 files -> headers -> manifest.</summary>
public static class ScanRun
{
    public static ExitCode Run(ScanRequest request, RunContext context)
    {
        if (!SplitShares.TryParse(request.Split, out SplitShares shares))
        {
            throw new SrBatchException(
                ExitCode.Usage, $"--split is '{request.Split}'; must be TRAIN/VALIDATION/TEST in percent, such as 80/10/10");
        }
        if (request.Scale is not (null or 1 or 2 or 4))
        {
            throw new SrBatchException(ExitCode.Usage, $"--scale is {request.Scale}; must be 1, 2 or 4");
        }
        if (request.Axes is { } axes && !DatasetReference.AreAxes(axes))
        {
            throw new SrBatchException(ExitCode.Usage, $"--axes is '{axes}'; {DatasetReference.AxesMustBe}");
        }
        ManifestPath.RequireReplaceable(request.Out);
        string[] linkedFolders = [.. request.LinkedFolders.Select(Path.GetFullPath)];
        if (Array.Find(linkedFolders, folder => !Directory.Exists(folder)) is { } missing)
        {
            throw new SrBatchException(ExitCode.Usage, $"--linked-folder: {missing} is not a folder");
        }
        var found = new List<FoundImage>();
        var assumptions = new AssumptionNotes();
        Hdf5ReadOptions reading = context.Reading(linkedFolders);
        IReadOnlyList<(string Folder, string File)> files = ScannedFolders.Find(request, context, out int unreadable);
        IReadOnlySet<string> settled = request.Since is null
            ? new HashSet<string>()
            : EarlierRuns.In(request.Since).Settle(files.Select(found => found.File), request.Input, context);
        (string Folder, string File)[] open = [.. files.Where(found => !settled.Contains(found.File))];
        using (context.Progress.Begin("scan", "files", open.Length))
        {
            foreach ((string folder, string file) in open)
            {
                context.Stop.ThrowIfCancellationRequested();
                try
                {
                    found.Add(Look(folder, file, request, reading));
                    assumptions.Add(found[^1].Input);
                    assumptions.Add(found[^1].Target);
                }
                catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
                {
                    unreadable++;
                    Log.ImageFailed(context.Log, file, fault.Message);
                }
                context.Progress.Advance();
            }
        }
        assumptions.Write(context.Log);
        ExitCode outcome = unreadable > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
        if (found.Count == 0 && request.Since is not null)
        {
            context.Out.WriteLine($"nothing new or changed since {request.Since} under {string.Join(", ", request.Folders)}");
            return outcome;
        }
        if (found.Count == 0)
        {
            throw new SrBatchException(
                unreadable > 0 ? ExitCode.ImagesFailed : ExitCode.BadManifest,
                $"no readable HDF5 image under {string.Join(", ", request.Folders)} ({unreadable} unreadable). "
                + $"Check the folders, --match and --input. {request.Out} was not written.");
        }
        IReadOnlyList<FoundImage> images = NameApart(found);
        int scale = request.Scale ?? ScaleOf(images);
        FoundImage[] pairs = [.. images.Where(image => image.Target is not null)];
        IReadOnlyDictionary<string, Split> splits = shares.Assign([.. pairs.Select(image => image.Id)]);
        string name = Path.GetFileName(Path.GetFullPath(request.Folders[0]).TrimEnd('/'));
        ManifestWriter.Write(request.Out, name, scale, images.Select(image => new ImageEntry
        {
            Key = image.Id,
            Id = image.Id,
            Group = image.Group,
            Split = image.Target is null ? Split.Infer : splits[image.Id],
            Input = Reference(image.Input),
            Target = image.Target is null ? null : Reference(image.Target),
        }), linkedFolders);
        context.Out.WriteLine($"{images.Count} images, {pairs.Length} with a target, scale {scale}: {Path.GetFullPath(request.Out)}");
        return outcome;
    }

    private static FoundImage Look(string folder, string file, ScanRequest request, Hdf5ReadOptions reading)
    {
        DatasetHeader input = WithAxes(DatasetHeaders.Read(file, request.Input, reading), request.Axes);
        string? target = request.Target switch
        {
            "none" => null,
            null => UsualTarget(file, input, reading),
            { } named => named,
        };
        string group = Path.GetFileName(Path.GetDirectoryName(file)!);
        string relative = Path.ChangeExtension(Path.GetRelativePath(folder, file), null);
        DatasetHeader? targetHeader = target is null ? null : WithAxes(DatasetHeaders.Read(file, target, reading), request.Axes);
        return new FoundImage(FileId.Of(relative), group, input, targetHeader);
    }

    /// <exception cref="SrBatchException">Exit code 65: the axes are unknown.</exception>
    private static DatasetHeader WithAxes(DatasetHeader header, string? axes)
    {
        if (header.Axes is not null)
        {
            return header;
        }
        string where = $"{header.File}: dataset '{header.Dataset}' is {header.Shape.Length}-D {header.ElementType.NumpyName()} "
            + $"[{string.Join(", ", header.Shape)}] and does not name its axes";
        if (AxesExample.TooMany(header) is { } tooMany)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, tooMany);
        }
        if (axes is null)
        {
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"{where}. Say what they are, slowest first, and scan again, e.g. with --axes {AxesExample.For(header)}");
        }
        string numbered = DatasetPattern.Parse(header.Dataset)?.Axes ?? "";
        return axes.Length == header.Shape.Length && axes.StartsWith(numbered, StringComparison.Ordinal)
            ? header with { Axes = axes }
            : throw new SrBatchException(ExitCode.ImagesFailed,
                $"{where}; --axes is '{axes}', {axes.Length} letters. Scan images of {header.Shape.Length} axes by themselves (--match), "
                + $"e.g. with --axes {AxesExample.For(header)}");
    }

    private static string? UsualTarget(string file, DatasetHeader input, Hdf5ReadOptions reading)
    {
        using Hdf5File opened = Hdf5File.OpenRead(file, reading);
        Hdf5Found[] targets = [.. opened.WalkDatasets().Where(found => found.Path != input.Dataset && UsualNames.IsTarget(found.Path))];
        string[] named =
        [
            .. targets.Where(found => found.Type?.ElementType is not null && found.Shape.Length == input.Shape.Length)
                .Select(found => found.Path),
        ];
        // A target that cannot be read is named all the same: reading it gives the reason.
        string[] unread = [.. targets.Where(IsUnread).Select(found => found.Path)];
        return named.Length == 1 ? named[0] : named.Length == 0 && unread.Length > 0 ? unread[0] : null;

        bool IsUnread(Hdf5Found found) =>
            found.Problem is not null || (found.Type is { ElementType: null } && found.Shape.Length == input.Shape.Length);
    }

    /// <summary>Appends a number to an id that an earlier image has: <c>a</c>, <c>a-2</c>, <c>a-3</c>.</summary>
    private static FoundImage[] NameApart(List<FoundImage> images)
    {
        HashSet<string> taken = [.. images.Select(image => image.Id)], seen = [];
        return [.. images.Select(image => seen.Add(image.Id) ? image : image with
        {
            Id = Enumerable.Range(2, images.Count).Select(i => Numbered(image.Id, $"-{i}")).First(taken.Add),
        })];

        static string Numbered(string id, string number) =>
            id[..Math.Min(id.Length, ImageEntry.LongestId - number.Length)] + number;
    }

    private static int ScaleOf(IReadOnlyList<FoundImage> images)
    {
        Dictionary<long, FoundImage> ratios = [];
        foreach (FoundImage image in images.Where(image => image.Target is not null))
        {
            ratios.TryAdd(image.Target!.Shape[^1] / Math.Max(1, image.Input.Shape[^1]), image);
        }
        if (ratios.Count == 0)
        {
            return 1;
        }
        if (ratios.Count > 1 || ratios.Keys.First() is not (1 or 2 or 4))
        {
            string examples = string.Join("; ", ratios.Select(ratio => $"{ratio.Key} in {ratio.Value.Input.File}"));
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"target pixels per input pixel must be 1, 2 or 4, the same for all; found {examples}. "
                + "Scan them separately, or set --scale.");
        }
        return (int)ratios.Keys.First();
    }

    private static DatasetReference Reference(DatasetHeader header) =>
        new() { File = header.File, Dataset = header.Dataset, Axes = header.Axes };

    private sealed record FoundImage(string Id, string Group, DatasetHeader Input, DatasetHeader? Target);
}
