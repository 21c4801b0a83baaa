using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Planning;

/// <summary>A manifest as read from its file, with the list of images that it names.</summary>
internal sealed class ManifestFile
{
    private readonly string _folder;
    private readonly Dictionary<string, OddName> _notUtf8 = new(StringComparer.Ordinal);

    private ManifestFile(string path, string json, Manifest manifest, IReadOnlyList<ImageEntry> entries, string sha256)
    {
        Path = path;
        Json = json;
        _folder = System.IO.Path.GetDirectoryName(path)!;
        Manifest = manifest;
        Entries = entries;
        Sha256 = sha256;
        LinkedFolders = [_folder, .. manifest.LinkedFolders.Select(PathOf)];
    }

    public string Path { get; }

    /// <summary>The text of the file.</summary>
    public string Json { get; }
    public Manifest Manifest { get; }

    /// <summary>Entries of the manifest, then those of <c>imagesFrom</c>; globs are not yet expanded.</summary>
    public IReadOnlyList<ImageEntry> Entries { get; }

    /// <summary>SHA-256 of the manifest's bytes followed by the list's.</summary>
    public string Sha256 { get; }

    /// <exception cref="SrBatchException">Exit code 78, with every problem.</exception>
    public static ManifestFile Read(string path, TimeProvider time)
    {
        path = System.IO.Path.GetFullPath(path);
        byte[] bytes = ReadBytes(path, "--manifest", time);
        string json = Utf8Text.Decode(bytes, path);
        Manifest manifest = ManifestParser.Parse(json, path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes);
        List<ImageEntry> entries = [.. manifest.Images];
        if (manifest.ImagesFrom is { } list)
        {
            string listPath = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, list);
            byte[] listBytes = ReadBytes(listPath, "imagesFrom", time);
            hash.AppendData(listBytes);
            var problems = new List<string>();
            using var reader = new StringReader(Utf8Text.Decode(listBytes, listPath));
            entries.AddRange(ImageList.Read(reader, list, problems));
            if (problems.Count > 0)
            {
                throw SrBatchException.FromProblems(path, problems);
            }
        }
        return new ManifestFile(path, json, manifest, entries, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <inheritdoc cref="Plan.LinkedFolders"/>
    public IReadOnlyList<string> LinkedFolders { get; }

    /// <summary>Expands globs and reads every header but no pixel. An image that cannot be read is returned with its problem.</summary>
    /// <param name="context">The world outside.</param>
    /// <param name="only">Ids of the images to read; null: all.</param>
    public IReadOnlyList<ResolvedImage> Resolve(RunContext context, IReadOnlySet<string>? only = null)
    {
        ImageEntry[] entries =
        [
            .. Entries.SelectMany(entry => Expand(entry, context)).Where(entry => only is null || only.Contains(entry.Id!)),
        ];
        var resolved = new List<ResolvedImage>();
        Hdf5ReadOptions reading = context.Reading(LinkedFolders);
        var assumptions = new AssumptionNotes();
        using IDisposable progress = context.Progress.Begin("headers", "images", entries.Length);
        foreach (ImageEntry entry in entries)
        {
            context.Stop.ThrowIfCancellationRequested();
            ResolvedImage image = ReadHeaders(entry, reading);
            resolved.Add(image);
            foreach (DatasetHeader header in new[] { image.Input, image.Target }.OfType<DatasetHeader>())
            {
                assumptions.Add(header);
                if (header.NeverWritten is > 0 and < 1)
                {
                    Log.NeverWritten(context.Log, entry.Id!, header.File, header.Dataset, header.NeverWritten);
                }
            }
            context.Progress.Advance();
        }
        assumptions.Write(context.Log);
        return resolved;
    }

    private IEnumerable<ImageEntry> Expand(ImageEntry entry, RunContext context)
    {
        context.Stop.ThrowIfCancellationRequested();
        if (entry.Glob is null)
        {
            return [entry];
        }
        // Files are named by the part that the pattern leaves open: 'night/**/*.h5' calls night/a/b.h5 'a_b'.
        string[] folders = entry.Glob.Split('/')[..^1];
        IEnumerable<string> withoutStar = folders.TakeWhile(folder => !folder.Contains('*', StringComparison.Ordinal));
        string fixedFolder = System.IO.Path.Combine([_folder, .. withoutStar]);
        GlobFound found = GlobFiles.Find(_folder, entry.Glob);
        if (found.Files.Count == 0)
        {
            Log.Warning(context.Log, $"{Path}: {entry.Key}.glob '{entry.Glob}' matches no file below {_folder}");
        }
        if (found.OtherCase.Count > 0)
        {
            Log.Warning(context.Log,
                $"{Path}: {entry.Key}.glob '{entry.Glob}' passes over {found.OtherCase.Count} files whose names differ in upper and lower "
                + $"case only, such as {found.OtherCase[0]}. Add an entry with a glob in their spelling, or rename them.");
        }
        foreach (string unreadable in found.Unreadable)
        {
            Log.Warning(context.Log, $"{Path}: {entry.Key}.glob '{entry.Glob}': {unreadable}");
        }
        foreach (OddName name in found.NotUtf8)
        {
            _notUtf8[name.Path] = name;
        }
        return found.Files.Concat(found.NotUtf8.Select(name => name.Path)).Select(file => entry with
        {
            Id = FileId.Of(System.IO.Path.ChangeExtension(System.IO.Path.GetRelativePath(fixedFolder, file), null)),
            Input = entry.Input with { File = file },
        });
    }

    private ResolvedImage ReadHeaders(ImageEntry entry, Hdf5ReadOptions reading)
    {
        if (_notUtf8.TryGetValue(entry.Input.File!, out OddName? name))
        {
            return new ResolvedImage(entry, null, null, name.Problem);
        }
        // The stamps are read first, so that the plan holds old ones when a file changes while it is read.
        FileStamp? stamp = FileStamps.Of(PathOf(entry.Input.File!));
        FileStamp? target = entry.Target?.File is { } file && file != entry.Input.File ? FileStamps.Of(PathOf(file)) : null;
        return ReadBoth(entry, reading) with { InputStamp = stamp, TargetStamp = target };
    }

    private ResolvedImage ReadBoth(ImageEntry entry, Hdf5ReadOptions reading)
    {
        try
        {
            DatasetReference input = entry.Input;
            DatasetHeader header = DatasetHeaders.Read(PathOf(input.File!), input.Dataset, reading);
            if (entry.Target is not { } target)
            {
                return new ResolvedImage(entry, header, null, null);
            }
            if (target.Dataset == DatasetReference.Auto && target.File is null)
            {
                return new ResolvedImage(
                    entry, header, null, $"{entry.Key}.target has neither file nor dataset; one must say where the target is");
            }
            return new ResolvedImage(entry, header, DatasetHeaders.Read(PathOf(target.File ?? input.File!), target.Dataset, reading), null);
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return new ResolvedImage(entry, null, null, fault.Message);
        }
    }

    private string PathOf(string file) => System.IO.Path.GetFullPath(System.IO.Path.Combine(_folder, file));

    private static byte[] ReadBytes(string path, string key, TimeProvider time)
    {
        try
        {
            return new SharedDiskRetry(time).Run(() => File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{key}: {path} cannot be read: {fault.Message}", fault);
        }
    }
}
