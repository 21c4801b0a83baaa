using Parquet;
using Parquet.Schema;
using SrBatch.Storage.Parquet;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Architecture;

/// <summary>Column names, types, nullability and order: scripts of users read these files.</summary>
public class ParquetSchemaTests
{
    [Fact]
    public async Task Quality_Schema_IsApproved()
    {
        using var folder = new TemporaryFolder();
        QualityParquet.Write(folder.File("q.parquet"), []);
        ApprovedFile.AssertMatches("schema-quality.txt", await SchemaAsync(folder.File("q.parquet")));
    }

    [Fact]
    public async Task Baselines_Schema_IsApproved()
    {
        using var folder = new TemporaryFolder();
        BaselineParquet.Write(folder.File("b.parquet"), []);
        ApprovedFile.AssertMatches("schema-baselines.txt", await SchemaAsync(folder.File("b.parquet")));
    }

    [Fact]
    public async Task Training_Schema_IsApproved()
    {
        using var folder = new TemporaryFolder();
        TrainingParquet.Write(folder.File("t.parquet"), []);
        ApprovedFile.AssertMatches("schema-training.txt", await SchemaAsync(folder.File("t.parquet")));
    }

    [Fact]
    public async Task Registration_Schema_IsApproved()
    {
        using var folder = new TemporaryFolder();
        RegistrationParquet.Write(folder.File("r.parquet"), []);
        ApprovedFile.AssertMatches("schema-registration.txt", await SchemaAsync(folder.File("r.parquet")));
    }

    private static async Task<string> SchemaAsync(string path)
    {
        await using FileStream stream = File.OpenRead(path);
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        return string.Join(
            '\n',
            reader.Schema.DataFields.Select(field => $"{field.Name} {TypeOf(field)}{(field.IsNullable ? "" : " not null")}"));
    }

    private static string TypeOf(DataField field) =>
        field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string) ? "string" : field.ClrType.Name.ToLowerInvariant();
}
