using System.Reflection;

namespace SrBatch.Tests.Architecture;

/// <summary>Each heavy dependency is used by one project only, and Storage and Torch do not use each other.</summary>
public class ReferenceTests
{
    private static readonly Assembly Core = typeof(SrBatch.Core.Errors.ExitCode).Assembly;
    private static readonly Assembly Storage = typeof(SrBatch.Storage.Parquet.QualityParquet).Assembly;
    private static readonly Assembly Torch = typeof(SrBatch.Torch.Networks.UNet).Assembly;
    private static readonly Assembly Pipelines = typeof(SrBatch.Pipelines.Host.RunContext).Assembly;
    private static readonly Assembly Worker = typeof(SrBatch.Worker.Program).Assembly;

    [Fact]
    public void Core_References_BaseClassLibraryOnly() => Assert.Empty(BeyondTheBaseLibrary(Core));

    [Fact]
    public void Storage_References_CoreParquetPollyGlobbingYamlAndCompressors() => Assert.Equal(
        [
            "K4os.Compression.LZ4",
            "Microsoft.Extensions.FileSystemGlobbing",
            "Parquet",
            "Polly.Core",
            "SrBatch.Core",
            "YamlDotNet",
            "ZstdSharp",
        ],
        BeyondTheBaseLibrary(Storage));

    [Fact]
    public void Torch_References_CoreAndTorchSharp() => Assert.Equal(["SrBatch.Core", "TorchSharp"], BeyondTheBaseLibrary(Torch));

    [Theory]
    [InlineData("TorchSharp")]
    [InlineData("Parquet")]
    [InlineData("Polly.Core")]
    public void PipelinesAndWorker_DoNotReference(string dependency) =>
        Assert.All([Pipelines, Worker], assembly => Assert.DoesNotContain(dependency, BeyondTheBaseLibrary(assembly)));

    [Fact]
    public void Pipelines_References_CoreStorageTorchAndLogging() => Assert.Equal(
        ["Microsoft.Extensions.Logging.Abstractions", "SrBatch.Core", "SrBatch.Storage", "SrBatch.Torch"], BeyondTheBaseLibrary(Pipelines));

    [Fact]
    public void Worker_References_CommandLineAlone()
    {
        Assert.Contains("CommandLine", BeyondTheBaseLibrary(Worker));
        Assert.All([Core, Storage, Torch, Pipelines], assembly => Assert.DoesNotContain("CommandLine", BeyondTheBaseLibrary(assembly)));
    }

    private static List<string> BeyondTheBaseLibrary(Assembly assembly) =>
    [
        .. assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => name != "System" && name != "netstandard" && !name.StartsWith("System.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
