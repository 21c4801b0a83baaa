using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Registration;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Files;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Registration;

/// <summary>
/// Aligns or refuses each pair of a manifest, then writes a manifest of the aligned pairs and a table of all. A pair is finished when its
/// file exists.
/// </summary>
public static class RegisterRun
{
    public static ExitCode Run(RegisterRequest request, RunContext context)
    {
        ManifestFile manifest = ManifestFile.Read(request.Manifest, context.Time);
        string folder = Path.GetFullPath(request.Out), output = Path.Combine(folder, "manifest.json");
        if (output == manifest.Path)
        {
            throw new SrBatchException(
                ExitCode.Usage,
                $"--out {request.Out} holds the manifest itself, which the new one would replace. Use another folder.");
        }
        Plan built = Planner.Build(manifest.Manifest, manifest.Sha256, manifest.Resolve(context), 1, isRegistered: false);
        Plan plan = built with { LinkedFolders = manifest.LinkedFolders };
        PlannedImage[] pairs = [.. plan.Images.Where(image => image.Target is not null || image.Problem is not null)];
        if (!Array.Exists(pairs, pair => pair.Target is not null))
        {
            PlanRun.ReportProblems(plan, context);
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{manifest.Path}: no image has a target that can be read; there is nothing to register");
        }
        Leftovers.Clean(folder, context);
        TorchSetup.Load(request.Threads, context);
        var registrar = new PairRegistrar(plan.Model.Scale, context.Reading(plan.LinkedFolders));
        var rows = new List<RegistrationRow>();
        int done = 0;
        using IDisposable progress = context.Progress.Begin("register", "pairs", pairs.Length);
        foreach (PlannedImage pair in pairs)
        {
            if (context.Stop.IsCancellationRequested
                || Register(pair, Path.Combine(folder, pair.Id + ".h5"), registrar, context) is not { } found)
            {
                Log.InferenceStopped(context.Log, done, pairs.Length - done);
                return ExitCode.Stopped;
            }
            rows.AddRange(found);
            done++;
            context.Progress.Advance();
        }
        CrashMark.EnterImage(null);
        RegistrationParquet.Write(Path.Combine(folder, "registration.parquet"), rows);
        HashSet<string> failed = [.. rows.Where(row => row.Verdict == Verdict.Fail).Select(row => row.Image)];
        PlannedImage[] kept = [.. plan.Images.Where(image => !failed.Contains(image.Id))];
        IReadOnlyList<string> linkedFolders = Array.Exists(kept, image => image.Target is null) ? plan.LinkedFolders : [];
        ManifestWriter.WriteLike(output, manifest, linkedFolders, kept.Select(image => Entry(image, folder)));
        Log.Wrote(context.Log, $"wrote {output}");
        RegistrationTable.Write(context.Out, rows);
        return failed.Count > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    /// <returns>The rows of the pair; null if the run was stopped.</returns>
    private static IReadOnlyList<RegistrationRow>? Register(PlannedImage pair, string path, PairRegistrar registrar, RunContext context)
    {
        try
        {
            CrashMark.EnterImage(pair.Id);
            if (pair.Problem is not null)
            {
                throw new SrBatchException(ExitCode.ImagesFailed, pair.Problem);
            }
            AtomicFile.RequireNoFolder(path);
            if (File.Exists(path))
            {
                return registrar.ReadDone(pair, path);
            }
            IReadOnlyList<RegistrationRow> rows = registrar.Register(pair, path, context.Stop);
            foreach (RegistrationRow refused in rows.Where(row => row.Verdict == Verdict.Fail))
            {
                Log.ImageFailed(context.Log, pair.Id, refused.Reasons!);
            }
            return rows;
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            return null;
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            Log.ImageFailed(context.Log, pair.Id, fault.Message);
            return [PairRegistrar.BlankRow(pair) with { Verdict = Verdict.Fail, Reasons = fault.Message }];
        }
    }

    private static ImageEntry Entry(PlannedImage image, string folder) => new()
    {
        Key = image.Id,
        Id = image.Id,
        Group = image.Group,
        Split = image.Split,
        Input = image.Target is null ? Original(image.Input!) : Registered(image, RegisteredFile.Low, folder),
        Target = image.Target is null ? null : Registered(image, RegisteredFile.High, folder),
    };

    private static DatasetReference Registered(PlannedImage image, string dataset, string folder) =>
        new() { File = Path.Combine(folder, image.Id + ".h5"), Dataset = dataset, Axes = RegisteredFile.AxesOf(image.Input!) };

    /// <summary>Reference to an image without a target, which is not copied.</summary>
    private static DatasetReference Original(PlannedDataset input) => new()
    {
        File = input.File,
        Dataset = input.Dataset,
        Axes = input.Axes,
        Select = Enumerable.Range(0, input.Axes.Length).Where(axis => input.Count[axis] != input.Shape[axis])
            .ToDictionary(axis => input.Axes[axis], axis => new AxisRange(input.Start[axis], input.Start[axis] + input.Count[axis])),
    };
}
