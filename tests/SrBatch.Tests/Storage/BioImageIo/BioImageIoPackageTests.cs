using System.IO.Compression;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Storage.BioImageIo;

namespace SrBatch.Tests.Storage.BioImageIo;

public sealed class BioImageIoPackageTests : IDisposable
{
    private const string WeightsName = "weights-torchscript.pt";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rdf.yaml")]
    [InlineData("bioimageio.yaml")]
    [InlineData("model.yaml")]
    public void Open_Folder_ReadsDescriptionAndWeights(string name)
    {
        Write(name, DescriptionText.V04);
        Write(WeightsName, DescriptionText.Weights);
        var package = BioImageIoPackage.Open(_folder.Path);
        Assert.Equal("Actin denoiser", package.Model.Name);
        (byte[] bytes, string sha256) = package.ReadWeights();
        Assert.Equal(DescriptionText.Weights, Encoding.UTF8.GetString(bytes));
        Assert.Equal(DescriptionText.WeightsSha256, sha256);
    }

    [Fact]
    public void Open_Description_WhateverItsName_IsThatOfItsFolder()
    {
        Write("my.yml", DescriptionText.V05);
        Write(WeightsName, DescriptionText.Weights);
        var package = BioImageIoPackage.Open(_folder.File("my.yml"));
        Assert.Null(package.Model.WeightsSha256);
        Assert.Equal(DescriptionText.WeightsSha256, package.ReadWeights().Sha256);
    }

    [Fact]
    public void Open_FolderWithTwoDescriptions_TakesTheSpecificationsFirst()
    {
        Write("rdf.yaml", "not looked at");
        Write("bioimageio.yaml", DescriptionText.V05);
        Write(WeightsName, "");
        Assert.Equal("Tubulin x2", BioImageIoPackage.Open(_folder.Path).Model.Name);
    }

    [Theory]
    [InlineData("", CompressionLevel.NoCompression)]
    [InlineData("", CompressionLevel.Optimal)]
    [InlineData("tubulin/", CompressionLevel.Optimal)]
    public void Open_Zip_ReadsWithoutUnpacking(string around, CompressionLevel level)
    {
        string zip = Zip(
            level,
            ($"{around}rdf.yaml", DescriptionText.V04),
            ($"{around}{WeightsName}", DescriptionText.Weights),
            ("../outside.txt", "x"));
        var package = BioImageIoPackage.Open(zip);
        Assert.Equal(DescriptionText.Weights, Encoding.UTF8.GetString(package.ReadWeights().Bytes));
        Assert.Equal([zip], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Open_ZipWithTopAndNestedDescription_TakesTheTop()
    {
        string zip = Zip(
            CompressionLevel.Optimal,
            ("a/bioimageio.yaml", "not looked at"),
            ("rdf.yaml", DescriptionText.V05),
            (WeightsName, ""));
        Assert.Equal("Tubulin x2", BioImageIoPackage.Open(zip).Model.Name);
    }

    [Fact]
    public void ReadWeights_OtherBytesThanDescribed_SaysBothHashes()
    {
        string zip = Zip(CompressionLevel.Optimal, ("rdf.yaml", DescriptionText.V04), (WeightsName, "other"));
        var package = BioImageIoPackage.Open(zip);
        AssertRefused($"{zip}: {WeightsName}: its sha256 is d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa; "
            + $"the description says {DescriptionText.WeightsSha256}. Download the package again.", () => package.ReadWeights());
    }

    [Fact]
    public void ReadWeights_HashInCapitals_IsTheSame()
    {
        Write("rdf.yaml", DescriptionText.V04.With(DescriptionText.WeightsSha256, DescriptionText.WeightsSha256.ToUpperInvariant()));
        Write(WeightsName, DescriptionText.Weights);
        Assert.Equal(DescriptionText.WeightsSha256, BioImageIoPackage.Open(_folder.Path).ReadWeights().Sha256);
    }

    [Fact]
    public void Open_FolderWithoutWeights_SaysWhich()
    {
        Write("rdf.yaml", DescriptionText.V05);
        AssertRefused(
            $"{_folder.File("rdf.yaml")}: weights.torchscript.source is '{WeightsName}', which is not in the package. Download "
                + $"the package again.",
            () => BioImageIoPackage.Open(_folder.Path));
    }

    [Fact]
    public void Open_ZipWithoutWeights_SaysWhich()
    {
        string zip = Zip(CompressionLevel.Optimal, ("rdf.yaml", DescriptionText.V05));
        AssertRefused(
            $"{zip}: rdf.yaml: weights.torchscript.source is '{WeightsName}', which is not in the package. Download the package again.",
            () => BioImageIoPackage.Open(zip));
    }

    [Fact]
    public void Open_NothingThere_SaysSo() =>
        AssertRefused(
            $"{_folder.File("gone.zip")}: there is no such file or folder.",
            () => BioImageIoPackage.Open(_folder.File("gone.zip")));

    [Fact]
    public void Open_FolderOrZipWithoutDescription_SaysWhatIsExpected()
    {
        const string expected = "has no bioimageio.yaml, rdf.yaml or model.yaml; expected a BioImage.IO package. "
            + "Download the model from bioimage.io as a zip.";
        AssertRefused($"{_folder.Path}: the folder {expected}", () => BioImageIoPackage.Open(_folder.Path));
        string zip = Zip(CompressionLevel.Optimal, ("a/b/rdf.yaml", DescriptionText.V05));
        AssertRefused($"{zip}: the zip {expected}", () => BioImageIoPackage.Open(zip));
    }

    [Fact]
    public void Open_NotAZip_SaysSo()
    {
        Write("model.zip", "something else");
        AssertRefused(
            $"{_folder.File("model.zip")}: is not a zip file, or is damaged: Central Directory corrupt. Download the package again.",
            () => BioImageIoPackage.Open(_folder.File("model.zip")));
    }

    [Fact]
    public void Open_DescriptionBeyond16Mebibytes_IsRefusedUnread()
    {
        string zip = Zip(CompressionLevel.Optimal, ("rdf.yaml", new string('#', (16 << 20) + 1)));
        AssertRefused(
            $"{zip}: rdf.yaml: is 16777217 bytes; at most 16777216 are read. Choose another model.",
            () => BioImageIoPackage.Open(zip));
    }

    [Fact]
    public void Open_EntryThatClaimsMoreThanDeflateHolds_IsRefusedUnread()
    {
        string zip = Zip(CompressionLevel.Optimal, ("rdf.yaml", DescriptionText.V05), (WeightsName, "x"));
        byte[] bytes = File.ReadAllBytes(zip);
        // The last central record, 46 bytes and its name before the end record of 22; its length at 24.
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 22 - WeightsName.Length - 46 + 24), 2_000_000_000);
        File.WriteAllBytes(zip, bytes);
        AssertRefused(
            $"{zip}: {WeightsName}: is not a zip file, or is damaged: its stated size is larger than its compressed data can "
                + $"hold. Download the package again.",
            () => BioImageIoPackage.Open(zip).ReadWeights());
    }

    [Fact]
    public void Open_DamagedAnywhere_FailsWithAMessageOrWorks()
    {
        byte[] sound = File.ReadAllBytes(
            Zip(CompressionLevel.Optimal, ("rdf.yaml", DescriptionText.V04), (WeightsName, DescriptionText.Weights)));
        byte[] text = Encoding.UTF8.GetBytes(DescriptionText.V05);
        Write(WeightsName, DescriptionText.Weights);
        var random = new Random(1);
        for (int n = 0; n < 1500; n++)
        {
            TryBoth(_folder.File("broken.zip"), Damaged(sound, random));
            TryBoth(_folder.File("broken.yaml"), Damaged(text, random));
        }
    }

    [Fact]
    public void IsAt_FoldersFilesAndOthers_ByTheirNames()
    {
        Assert.False(BioImageIoPackage.IsAt(_folder.Path));
        Write("rdf.yaml", "");
        Assert.True(BioImageIoPackage.IsAt(_folder.Path));
        Assert.True(BioImageIoPackage.IsAt("a/model.ZIP"));
        Assert.True(BioImageIoPackage.IsAt("a/rdf.yml"));
        Assert.False(BioImageIoPackage.IsAt("a/model.safetensors"));
    }

    private static void TryBoth(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            BioImageIoPackage.Open(path).ReadWeights();
        }
        catch (SrBatchException refused)
        {
            Assert.Equal(ExitCode.ImagesFailed, refused.ExitCode);
        }
    }

    /// <summary>A few bytes changed, or the end cut off.</summary>
    private static byte[] Damaged(byte[] sound, Random random)
    {
        byte[] bytes = (byte[])sound.Clone();
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0
                ? (byte)random.Next(256)
                : (byte)"-:[]{}&*?|>'\"\n #%@!0z"[random.Next(21)];
        }
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private void Write(string name, string text) => File.WriteAllText(_folder.File(name), text);

    private string Zip(CompressionLevel level, params (string Name, string Text)[] entries)
    {
        string path = _folder.File("model.zip");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach ((string name, string text) in entries)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name, level).Open());
            writer.Write(text);
        }
        return path;
    }

    private static void AssertRefused(string expected, Action action)
    {
        var refused = Assert.Throws<SrBatchException>(action);
        Assert.Equal(expected, refused.Message);
        Assert.Equal(ExitCode.ImagesFailed, refused.ExitCode);
    }
}
