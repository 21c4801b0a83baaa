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
    private static readonly string[] DefaultPatterns = ["**/*.h5", "**/*.hdf5", "**/*.hdf", "**/*.he5", "**/*.ims", "**/*.nc"];
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
        foreach ((string folder, string file) in Files(options))
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
        List<FoundImage> images = [.. NameApart(found).Where(image => IsNew(image, options.Since))];
        if (images.Count == 0)
        {
            throw new SrBatchException(ExitCode.BadManifest, options.Since is null
                ? $"no readable HDF5 image under {string.Join(", ", options.Folders)} ({unreadable} unreadable). Check the folders, --match and --input."
                : $"nothing new or changed since {options.Since} under {string.Join(", ", options.Folders)}");
        }
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
        return unreadable > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    private static IEnumerable<(string Folder, string File)> Files(ScanVerb options)
    {
        string[] patterns = options.Match is null ? DefaultPatterns : [options.Match];
        foreach (string folder in options.Folders.Select(Path.GetFullPath))
        {
            if (!Directory.Exists(folder))
            {
                throw new SrBatchException(ExitCode.Usage, $"{folder} is not a folder");
            }
            foreach (string file in patterns.SelectMany(pattern => GlobFiles.Expand(folder, pattern)).Distinct().Order(StringComparer.Ordinal))
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

    /// <summary>Files of the same name in different folders get their number behind it.</summary>
    private static IEnumerable<FoundImage> NameApart(List<FoundImage> images) => images.GroupBy(image => image.Id, StringComparer.Ordinal).SelectMany(same =>
        same.Select((image, i) => i == 0 ? image : image with { Id = string.Create(CultureInfo.InvariantCulture, $"{image.Id}-{i + 1}") }));

    private static bool IsNew(FoundImage image, string? since)
    {
        if (since is null)
        {
            return true;
        }
        string output = new RunFolder(since).Image(image.Id);
        return !File.Exists(output) || File.GetLastWriteTimeUtc(image.Input.File) > File.GetLastWriteTimeUtc(output);
    }

    private static int ScaleOf(List<FoundImage> images)
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
