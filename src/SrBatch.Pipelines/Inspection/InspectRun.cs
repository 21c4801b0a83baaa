using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Inspection;

/// <summary>Inspect: describes an HDF5, model or checkpoint file.</summary>
public static class InspectRun
{
    public static ExitCode Run(InspectRequest request, RunContext context)
    {
        if (!File.Exists(request.File))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{request.File} does not exist");
        }
        return request.File.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            ? InspectWeights(request, context)
            : InspectHdf5(request, context);
    }

    private static ExitCode InspectHdf5(InspectRequest request, RunContext context)
    {
        using Hdf5File file = Hdf5File.OpenRead(request.File, context.Reading([.. request.LinkedFolders.Select(Path.GetFullPath)]));
        var headers = new DatasetHeaders(file);
        (DatasetHeader? image, string? imageProblem) = ImageOf(file, headers, request.Dataset);
        IReadOnlyList<Hdf5Found> found = request.Dataset is null
            ? file.WalkNames()
            : [.. PartsOf(request.Dataset, image).Select(path => new Hdf5Found(path, [], null, null))];
        var descriptions = new List<DatasetDescription>();
        var byPath = new Dictionary<string, DatasetDescription>(StringComparer.Ordinal);
        ExitCode result = ExitCode.Done;
        foreach (Hdf5Found entry in found)
        {
            context.Stop.ThrowIfCancellationRequested();
            if (entry.Problem is not null)
            {
                descriptions.Add(new DatasetDescription { Path = entry.Path, Problem = entry.Problem });
                continue;
            }
            if (entry.SameAs is not null && byPath.TryGetValue(entry.SameAs, out DatasetDescription? first))
            {
                descriptions.Add(first with { Path = entry.Path, SameAs = first.Path });
                continue;
            }
            try
            {
                using Hdf5Dataset dataset = file.OpenDataset(entry.Path);
                descriptions.Add(byPath[entry.Path] = DatasetDescription.Of(dataset, headers, request.Digest, context.Stop));
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed && request.Dataset is null)
            {
                descriptions.Add(new DatasetDescription { Path = entry.Path, Problem = WithoutFile(fault.Message, file) });
                result = request.Digest ? ExitCode.ImagesFailed : result;
            }
        }
        DatasetHeader? any = image ?? descriptions.Find(description => description.Image is not null)?.Image;
        string flavour = any?.Flavour ?? headers.Flavour;
        InspectionText.Write(context.Out, new FileDescription(request.File, flavour, image, imageProblem, descriptions), request.Json);
        return result;
    }

    /// <summary>The image that <c>dataset: auto</c>, or the given dataset, would read; or why there is none.</summary>
    private static (DatasetHeader? Image, string? Problem) ImageOf(Hdf5File file, DatasetHeaders headers, string? dataset)
    {
        try
        {
            return (headers.Read(dataset ?? DatasetHeaders.Auto), null);
        }
        catch (SrBatchException fault)
            when (fault.ExitCode == ExitCode.ImagesFailed && (dataset is null || DatasetPattern.Parse(dataset) is null))
        {
            return (null, WithoutFile(fault.Message, file));
        }
    }

    /// <summary>Removes the file's name, which the output gives once at its top.</summary>
    private static string WithoutFile(string message, Hdf5File file) =>
        message.StartsWith($"{file.Path}: ", StringComparison.Ordinal) ? message[(file.Path.Length + 2)..] : message;

    private static IEnumerable<string> PartsOf(string dataset, DatasetHeader? image) =>
        DatasetPattern.Parse(dataset) is { } pattern ? pattern.Paths(image!.Shape) : [dataset];

    private static ExitCode InspectWeights(InspectRequest request, RunContext context)
    {
        var (arrays, metadata) = Safetensors.Read(request.File);
        ModelCard? card = metadata.ContainsKey(ModelCard.MetadataKey) ? ModelCard.FromMetadata(metadata, request.File) : null;
        if (request.Json)
        {
            InspectionText.WriteJson(context.Out, request.File, metadata, arrays);
            return ExitCode.Done;
        }
        long values = arrays.Sum(array => (long)array.Values.Length);
        context.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{request.File}: {arrays.Count} arrays, {values:N0} values, checksum right"));
        if (card is not null)
        {
            ModelCardText.Write(context.Out, card);
        }
        foreach ((string key, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (key == ModelCard.MetadataKey)
            {
                continue;
            }
            context.Out.WriteLine($"  {key}: {value}");
        }
        foreach (var array in arrays)
        {
            context.Out.WriteLine($"  {array.Name} [{string.Join(", ", array.Shape)}]");
        }
        return ExitCode.Done;
    }
}
