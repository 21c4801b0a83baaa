using SrBatch.Storage.Images;
using static SrBatch.Tests.Storage.Images.PartialBlocks;

namespace SrBatch.Tests.Storage.Images;

public sealed class PartialImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _image;

    public PartialImageTests() => _image = _folder.File("fov.1.h5");

    private string[] Files => Directory.GetFiles(_folder.Path, ".*.part");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_OfAdd_IsTheSameBlock(bool isOnDisk)
    {
        using var partial = PartialImage.Open(_image, Fingerprint, isOnDisk);
        foreach (int number in (int[])[3, 0, 7])
        {
            partial.Add(Block(number));
        }
        Assert.Equal(3, partial.Count);
        Assert.Equal([true, false, false, true, false, false, false, true], Enumerable.Range(0, 8).Select(partial.Has));
        foreach (int number in (int[])[0, 7, 3])
        {
            AssertSame(Block(number), partial.Read(number));
        }
        Assert.Throws<KeyNotFoundException>(() => partial.Read(1));
        Assert.Equal(isOnDisk ? 1 : 0, Files.Length);
    }

    [Fact]
    public void Open_AfterADeath_HasTheBlocks()
    {
        Write(Fingerprint, 0, 1, 2);
        using var again = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
        Assert.Equal(3, again.Count);
        for (int number = 0; number < 3; number++)
        {
            AssertSame(Block(number), again.Read(number));
        }
    }

    [Fact]
    public void Open_BlocksOfSeveralProcesses_HasAll()
    {
        using var first = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
        first.Add(Block(0));
        // The second does not see blocks that the first adds from now on: both may compute block 1.
        using var second = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
        first.Add(Block(1));
        second.Add(Block(1));
        second.Add(Block(2));
        Assert.Equal((2, 3), (first.Count, second.Count));
        Assert.Equal(2, Files.Length);
        // Files of other machines are found too.
        File.Move(Files[0], _folder.File(".fov.1.h5.node-07.cluster-4711-1.part"));
        using var third = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
        Assert.Equal(3, third.Count);
        for (int number = 0; number < 3; number++)
        {
            AssertSame(Block(number), third.Read(number));
        }
    }

    [Fact]
    public void Open_OtherFingerprint_HasNothing_AndDisturbsNothing()
    {
        Write(Fingerprint, 0, 1);
        byte[] other = [.. Fingerprint];
        other[31]++;
        Write(other, 1, 2, 3);
        using var ours = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
        using var theirs = PartialImage.Open(_image, other, isOnDisk: true);
        Assert.Equal((2, 3), (ours.Count, theirs.Count));
        Assert.False(ours.Has(2));
        Assert.False(theirs.Has(0));
    }

    /// <summary>Wherever the file is cut, exactly the complete blocks are found.</summary>
    [Fact]
    public void Open_FileCutAtEveryLength_HasTheWholeBlocks()
    {
        long[] ends = Write(Fingerprint, 0, 1, 2);
        string file = Assert.Single(Files);
        byte[] bytes = File.ReadAllBytes(file);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(file, bytes[..length]);
            using var partial = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
            Assert.Equal(ends.Skip(1).Count(end => end <= length), partial.Count);
        }
    }

    /// <summary>After a power cut the file may have its length but not its bytes.</summary>
    [Fact]
    public void Open_BytesLostWithinTheLastBlock_HasTheEarlierOnes()
    {
        long[] ends = Write(Fingerprint, 0, 1, 2);
        string file = Assert.Single(Files);
        byte[] bytes = File.ReadAllBytes(file);
        for (long from = ends[2]; from < bytes.Length; from++)
        {
            byte[] lost = [.. bytes];
            Array.Clear(lost, (int)from, bytes.Length - (int)from);
            File.WriteAllBytes(file, lost);
            using var partial = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
            Assert.True(partial.Has(0) && partial.Has(1));
            // The lost bytes may have been zeros.
            Assert.Equal(lost.AsSpan().SequenceEqual(bytes) ? 3 : 2, partial.Count);
        }
    }

    [Fact]
    public void Open_AnyByteFlipped_HasTheEarlierBlocks_AndNeverAWrongOne()
    {
        long[] ends = Write(Fingerprint, 0, 1, 2);
        string file = Assert.Single(Files);
        byte[] bytes = File.ReadAllBytes(file);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= 0x40;
            File.WriteAllBytes(file, flipped);
            using var partial = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
            Assert.Equal(ends.Skip(1).Count(end => end <= i), partial.Count);
            for (int number = 0; number < partial.Count; number++)
            {
                AssertSame(Block(number), partial.Read(number));
            }
        }
    }

    [Fact]
    public void Add_AfterATornTail_GoesOnInAFileOfItsOwn()
    {
        Write(Fingerprint, 0, 1);
        string torn = Assert.Single(Files);
        File.WriteAllBytes(torn, File.ReadAllBytes(torn)[..^1]);
        Write(Fingerprint, 1, 2);
        using var partial = PartialImage.Open(_image, Fingerprint, isOnDisk: true);
        Assert.Equal(3, partial.Count);
        AssertSame(Block(1), partial.Read(1));
    }

    [Fact]
    public void Delete_LeavesNothingOfTheImage_AndAllOfOthers()
    {
        Write(Fingerprint, 0);
        Write(Fingerprint, 1);
        using (var other = PartialImage.Open(_folder.File("fov.10.h5"), Fingerprint, isOnDisk: true))
        {
            other.Add(Block(0));
        }
        using (var partial = PartialImage.Open(_image, Fingerprint, isOnDisk: true))
        {
            partial.Add(Block(2));
            partial.Delete();
        }
        Assert.StartsWith(".fov.10.h5.", Path.GetFileName(Assert.Single(Files)), StringComparison.Ordinal);
        Assert.Equal(1, PartialImage.Delete(_folder.File("fov.10.h5")));
        Assert.Empty(Files);
        Assert.Equal(0, PartialImage.Delete(_image));
    }

    [Fact]
    public void DeleteDone_DeletesOfImagesThatAreThere()
    {
        Write(Fingerprint, 0);
        using (var other = PartialImage.Open(_folder.File("b.h5.h5"), Fingerprint, isOnDisk: true))
        {
            other.Add(Block(0));
        }
        Assert.Equal(0, PartialImage.DeleteDone(_folder.Path));
        File.WriteAllText(_folder.File("b.h5.h5"), "done");
        Assert.Equal(1, PartialImage.DeleteDone(_folder.Path));
        Assert.StartsWith(".fov.1.h5.", Path.GetFileName(Assert.Single(Files)), StringComparison.Ordinal);
        Assert.Equal(0, PartialImage.DeleteDone(_folder.File("no such folder")));
    }

    [Fact]
    public void Open_NameOf150Bytes_IsKept()
    {
        string image = _folder.File(new string('n', 147) + ".h5");
        using (var first = PartialImage.Open(image, Fingerprint, isOnDisk: true))
        {
            first.Add(Block(0));
        }
        using var again = PartialImage.Open(image, Fingerprint, isOnDisk: true);
        AssertSame(Block(0), again.Read(0));
        File.WriteAllText(image, "done");
        Assert.Equal(1, PartialImage.DeleteDone(_folder.Path));
    }

    /// <summary>Blocks of images with longer names stay in memory, and the next attempt begins anew.</summary>
    [Theory]
    [InlineData("n", 148)]
    [InlineData("n", 252)]
    [InlineData("\u00e9", 126)]
    public void Open_LongerName_IsKeptInMemory(string letter, int letters)
    {
        string image = _folder.File(string.Concat(Enumerable.Repeat(letter, letters)) + ".h5");
        using var partial = PartialImage.Open(image, Fingerprint, isOnDisk: true);
        partial.Add(Block(0));
        AssertSame(Block(0), partial.Read(0));
        Assert.Empty(Files);
        partial.Delete();
        using var again = PartialImage.Open(image, Fingerprint, isOnDisk: true);
        Assert.Equal(0, again.Count);
    }

    [Fact]
    public void Delete_NameThatBeginsAnothers_TouchesNoOtherImage()
    {
        string longer = _folder.File("fov.1.h5.again.h5");
        using (var other = PartialImage.Open(longer, Fingerprint, isOnDisk: true))
        {
            other.Add(Block(0));
        }
        Write(Fingerprint, 1);
        Assert.Equal(1, PartialImage.Delete(_image));
        using var still = PartialImage.Open(longer, Fingerprint, isOnDisk: true);
        Assert.True(still.Has(0));
    }

    [Fact]
    public void Add_FolderThatIsNotThere_MakesIt()
    {
        string image = _folder.File("run/images/a.h5");
        using var partial = PartialImage.Open(image, Fingerprint, isOnDisk: true);
        partial.Add(Block(0));
        AssertSame(Block(0), partial.Read(0));
    }

    /// <returns>Length of the file before the first block and after each.</returns>
    private long[] Write(byte[] fingerprint, params int[] numbers)
    {
        HashSet<string> before = [.. Files];
        using var partial = PartialImage.Open(_image, fingerprint, isOnDisk: true);
        List<long> ends = ["SRBATCH-PARTIAL-1\n".Length + 32];
        foreach (int number in numbers)
        {
            partial.Add(Block(number));
            ends.Add(new FileInfo(Assert.Single(Files.Except(before))).Length);
        }
        return [.. ends];
    }
}
