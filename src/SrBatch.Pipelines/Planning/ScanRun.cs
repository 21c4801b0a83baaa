using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Planning;

/// <summary>Scan: folders -> HDF5 files -> headers -> manifest.</summary>
public static class ScanRun
{
    private static readonly string[] UsualEndings = [".h5", ".hdf5", ".hdf", ".he5", ".ims", ".nc"];
    private static readonly string[] UsualTargets = ["high", "target", "gt", "hr", "truth", "clean", "ground_truth"];

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
        var found = new List<FoundImage>();
        Hdf5ReadOptions reading = context.Reading([]);
        int unreadable = 0;
        (string Folder, string File)[] files = [.. Files(request)];
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
                }
                catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
                {
                    unreadable++;
                    Log.ImageFailed(context.Log, file, fault.Message);
                }
                context.Progress.Advance();
            }
        }
        ExitCode outcome = unreadable > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
        if (found.Count == 0 && request.Since is not null)
        {
            context.Out.WriteLine($"nothing new or changed since {request.Since} under {string.Join(", ", request.Folders)}");
            return outcome;
        }
        if (found.Count == 0)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"no readable HDF5 image under {string.Join(", ", request.Folders)} ({unreadable} unreadable). "
                + "Check the folders, --match and --input.");
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
        }));
        context.Out.WriteLine($"{images.Count} images, {pairs.Length} with a target, scale {scale}: {Path.GetFullPath(request.Out)}");
        return outcome;
    }

    /// <summary>Finds the files below the folders, but not those in run folders. A file below two of the folders is found once.</summary>
    private static IEnumerable<(string Folder, string File)> Files(ScanRequest request)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string folder in request.Folders.Select(Path.GetFullPath))
        {
            if (!Directory.Exists(folder))
            {
                throw new SrBatchException(ExitCode.Usage, $"{folder} is not a folder");
            }
            IEnumerable<string> files = GlobFiles.Expand(folder, request.Match ?? "**/*", RunFolder.IsAt)
                .Where(file => request.Match is not null || UsualEndings.Contains(Path.GetExtension(file)));
            foreach (string file in files.Where(seen.Add))
            {
                yield return (folder, file);
            }
        }
    }

    private static FoundImage Look(string folder, string file, ScanRequest request, Hdf5ReadOptions reading)
    {
        DatasetHeader input = DatasetHeaders.Read(file, request.Input, reading);
        string? target = request.Target switch
        {
            "none" => null,
            null => UsualTarget(file, input, reading),
            { } named => named,
        };
        string group = Path.GetFileName(Path.GetDirectoryName(file)!);
        string relative = Path.ChangeExtension(Path.GetRelativePath(folder, file), null);
        DatasetHeader? targetHeader = target is null ? null : DatasetHeaders.Read(file, target, reading);
        return new FoundImage(FileId.Of(relative), group, input, targetHeader);
    }

    private static string? UsualTarget(string file, DatasetHeader input, Hdf5ReadOptions reading)
    {
        using Hdf5File opened = Hdf5File.OpenRead(file, reading);
        string[] named =
        [
            .. opened.WalkDatasets()
                .Where(found => found.Path != input.Dataset && found.Type?.ElementType is not null)
                .Where(found => found.Shape.Length == input.Shape.Length)
                .Select(found => found.Path)
                .Where(path => UsualTargets.Contains(path[(path.LastIndexOf('/') + 1)..], StringComparer.OrdinalIgnoreCase)),
        ];
        return named.Length == 1 ? named[0] : null;
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
