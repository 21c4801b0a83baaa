using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>folders -> HDF5 files -> headers -> manifest.</summary>
internal static class ScanRun
{
    private static readonly string[] UsualEndings = [".h5", ".hdf5", ".hdf", ".he5", ".ims", ".nc"];
    private static readonly string[] UsualTargets = ["high", "target", "gt", "hr", "truth", "clean", "ground_truth"];

    public static ExitCode Run(ScanVerb options, RunContext context)
    {
        if (!SplitShares.TryParse(options.Split, out SplitShares shares))
        {
            throw new SrBatchException(ExitCode.Usage, $"--split is '{options.Split}'; must be TRAIN/VALIDATION/TEST in percent, such as 80/10/10");
        }
        if (options.Scale is not (null or 1 or 2 or 4))
        {
            throw new SrBatchException(ExitCode.Usage, $"--scale is {options.Scale}; must be 1, 2 or 4");
        }
        var found = new List<FoundImage>();
        Hdf5ReadOptions reading = context.Reading([]);
        int unreadable = 0;
        (string Folder, string File)[] files = [.. Files(options)];
        IReadOnlySet<string> settled = options.Since is null
            ? new HashSet<string>()
            : EarlierRuns.In(options.Since).Settle(files.Select(found => found.File), options.Input, context);
        foreach ((string folder, string file) in files.Where(found => !settled.Contains(found.File)))
        {
            context.Stop.ThrowIfCancellationRequested();
            try
            {
                found.Add(Look(folder, file, options, reading));
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                unreadable++;
                Log.ImageFailed(context.Log, file, fault.Message);
            }
        }
        ExitCode outcome = unreadable > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
        if (found.Count == 0 && options.Since is not null)
        {
            context.Out.WriteLine($"nothing new or changed since {options.Since} under {string.Join(", ", options.Folders)}");
            return outcome;
        }
        if (found.Count == 0)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"no readable HDF5 image under {string.Join(", ", options.Folders)} ({unreadable} unreadable). Check the folders, --match and --input.");
        }
        IReadOnlyList<FoundImage> images = NameApart(found);
        int scale = options.Scale ?? ScaleOf(images);
        IReadOnlyDictionary<string, Split> splits = shares.Assign([.. images.Where(image => image.Target is not null).Select(image => image.Id)]);
        string name = Path.GetFileName(Path.GetFullPath(options.Folders.First()).TrimEnd('/'));
        ManifestWriter.Write(options.Out, name, scale, images.Select(image => new ImageEntry
        {
            Key = image.Id,
            Id = image.Id,
            Group = image.Group,
            Split = image.Target is null ? Split.Infer : splits[image.Id],
            Input = Reference(image.Input),
            Target = image.Target is null ? null : Reference(image.Target),
        }));
        context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{images.Count} images, {images.Count(image => image.Target is not null)} with a target, scale {scale}: {Path.GetFullPath(options.Out)}"));
        return outcome;
    }

    /// <summary>Files below the folders, those in run folders left out; of a file that is below two of them the first counts.</summary>
    private static IEnumerable<(string Folder, string File)> Files(ScanVerb options)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string folder in options.Folders.Select(Path.GetFullPath))
        {
            if (!Directory.Exists(folder))
            {
                throw new SrBatchException(ExitCode.Usage, $"{folder} is not a folder");
            }
            IEnumerable<string> files = GlobFiles.Expand(folder, options.Match ?? "**/*", RunFolder.IsAt);
            foreach (string file in files.Where(file => (options.Match is not null || UsualEndings.Contains(Path.GetExtension(file))) && seen.Add(file)))
            {
                yield return (folder, file);
            }
        }
    }

    private static FoundImage Look(string folder, string file, ScanVerb options, Hdf5ReadOptions reading)
    {
        DatasetHeader input = DatasetHeaders.Read(file, options.Input, reading);
        string? target = options.Target switch
        {
            "none" => null,
            null => UsualTarget(file, input, reading),
            { } named => named,
        };
        string group = Path.GetFileName(Path.GetDirectoryName(file)!);
        string relative = Path.ChangeExtension(Path.GetRelativePath(folder, file), null);
        return new FoundImage(FileId.Of(relative), group, input, target is null ? null : DatasetHeaders.Read(file, target, reading));
    }

    private static string? UsualTarget(string file, DatasetHeader input, Hdf5ReadOptions reading)
    {
        using Hdf5File opened = Hdf5File.OpenRead(file, reading);
        string[] named =
        [
            .. opened.WalkDatasets().Where(found => found.Path != input.Dataset && found.Type?.ElementType is not null && found.Shape.Length == input.Shape.Length)
                .Select(found => found.Path).Where(path => UsualTargets.Contains(path[(path.LastIndexOf('/') + 1)..], StringComparer.OrdinalIgnoreCase)),
        ];
        return named.Length == 1 ? named[0] : null;
    }

    /// <summary>Of files of the same name the second and later get a number behind it.</summary>
    private static FoundImage[] NameApart(List<FoundImage> images)
    {
        HashSet<string> taken = [.. images.Select(image => image.Id)], seen = [];
        return [.. images.Select(image => seen.Add(image.Id) ? image : image with
        {
            Id = Enumerable.Range(2, images.Count).Select(i => Numbered(image.Id, string.Create(CultureInfo.InvariantCulture, $"-{i}"))).First(taken.Add),
        })];

        static string Numbered(string id, string number) => id[..Math.Min(id.Length, ImageEntry.LongestId - number.Length)] + number;
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
            throw new SrBatchException(ExitCode.BadManifest, $"target pixels per input pixel must be 1, 2 or 4, the same for all; found {examples}. Scan them apart, or set --scale.");
        }
        return (int)ratios.Keys.First();
    }

    private static DatasetReference Reference(DatasetHeader header) => new() { File = header.File, Dataset = header.Dataset, Axes = header.Axes };

    private sealed record FoundImage(string Id, string Group, DatasetHeader Input, DatasetHeader? Target);
}
