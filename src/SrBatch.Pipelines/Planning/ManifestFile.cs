using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Planning;

/// <summary>A manifest with the files that it names.</summary>
internal sealed class ManifestFile
{
    private readonly string _folder;

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

    /// <summary>The manifest as it stands in the file.</summary>
    public string Json { get; }
    public Manifest Manifest { get; }

    /// <summary>Those of the manifest, then those of <c>imagesFrom</c>; globs not yet expanded.</summary>
    public IReadOnlyList<ImageEntry> Entries { get; }

    /// <summary>Of the manifest's and the list's bytes.</summary>
    public string Sha256 { get; }

    /// <exception cref="SrBatchException">Exit code 78, with every problem.</exception>
    public static ManifestFile Read(string path, TimeProvider time)
    {
        path = System.IO.Path.GetFullPath(path);
        byte[] bytes = ReadBytes(path, "--manifest", time);
        string json = System.Text.Encoding.UTF8.GetString(bytes);
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
            using var reader = new StreamReader(new MemoryStream(listBytes));
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

    /// <summary>Expands globs and reads every header, no pixel. An image that cannot be read comes with its problem.</summary>
    public IReadOnlyList<ResolvedImage> Resolve(RunContext context)
    {
        var resolved = new List<ResolvedImage>();
        Hdf5ReadOptions reading = context.Reading(LinkedFolders);
        foreach (ImageEntry entry in Entries.SelectMany(entry => Expand(entry, context)))
        {
            context.Stop.ThrowIfCancellationRequested();
            resolved.Add(ReadHeaders(entry, reading));
        }
        return resolved;
    }

    private IEnumerable<ImageEntry> Expand(ImageEntry entry, RunContext context)
    {
        if (entry.Glob is null)
        {
            return [entry];
        }
        // Named by what the pattern leaves open: 'night/**/*.h5' calls night/a/b.h5 'a_b'.
        string[] segments = entry.Glob.Split('/');
        string fixedFolder = System.IO.Path.Combine(_folder, System.IO.Path.Combine([.. segments[..^1].TakeWhile(segment => !segment.Contains('*', StringComparison.Ordinal))]));
        IReadOnlyList<string> files = GlobFiles.Expand(_folder, entry.Glob);
        if (files.Count == 0)
        {
            Log.Warning(context.Log, $"{Path}: {entry.Key}.glob '{entry.Glob}' matches no file below {_folder}");
        }
        return files.Select(file => entry with
        {
            Id = FileId.Of(System.IO.Path.ChangeExtension(System.IO.Path.GetRelativePath(fixedFolder, file), null)),
            Input = entry.Input with { File = file },
        });
    }

    private ResolvedImage ReadHeaders(ImageEntry entry, Hdf5ReadOptions reading)
    {
        // First the stamp: of a file that changes while it is read, the plan then has an old one.
        FileStamp? stamp = FileStamps.Of(PathOf(entry.Input.File!));
        return ReadBoth(entry, reading) with { InputStamp = stamp };
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
                return new ResolvedImage(entry, header, null, $"{entry.Key}.target has neither file nor dataset; one must say where the target is");
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
