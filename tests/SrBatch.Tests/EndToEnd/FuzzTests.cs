using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>
/// Damaged files give a clear error or the right values, those that h5py reads; never a bug's exit, a crash or a hang. SRBATCH_FUZZ_CASES sets how many
/// (1,000), SRBATCH_FUZZ_SEED which (1).
/// </summary>
public sealed class FuzzTests(TrainedModel tiny, ITestOutputHelper output) : IDisposable
{
    /// <summary>Files that the oracle reads in one process, and that are on the disk at once.</summary>
    private const int Batch = 250;

    /// <summary>One of so many files goes to the published binary as well, and whatever ends or stops a process that reads many.</summary>
    private const int Sample = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly int _seed = Setting("SRBATCH_FUZZ_SEED") ?? 1;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_DamagedFiles_GiveClearErrorsOrRightValues()
    {
        int cases = Setting("SRBATCH_FUZZ_CASES") ?? 1000;
        output.WriteLine($"seed {_seed}, {cases} cases");
        string[] seeds = Seeds();
        using var inspector = new Inspector();
        var complaints = new List<string>();
        int read = 0, refused = 0, compared = 0, ended = 0;
        for (int first = 0; first < cases; first += Batch)
        {
            string[] files = [.. Enumerable.Range(first, Math.Min(Batch, cases - first)).Select(n => Damage(seeds, n))];
            Task<string[]> oracle = Task.Run(() => ChildProcess.Run("/usr/bin/python3", [Script("fuzz_oracle.py"), .. files]).Split('\n'));
            SrbatchResult?[] ours = [.. files.Select(inspector.TryInspect)];
            string[] theirs = await oracle;
            for (int n = 0; n < files.Length; n++)
            {
                JsonNode? expected = JsonNode.Parse(theirs[n]);
                string? complaint = ours[n] is { } found ? Complaint(files[n], found, expected, ref read, ref refused, ref compared) : null;
                if (ours[n] is null || (first + n) % Sample == 0)
                {
                    ended += ours[n] is null ? 1 : 0;
                    SrbatchResult published = Srbatch.Run("inspect", files[n], "--digest", "--json");
                    complaint ??= Complaint(files[n], published, expected, ref read, ref refused, ref compared);
                }
                if (complaint is not null)
                {
                    string kept = Path.Combine(Path.GetTempPath(), $"srbatch-fuzz-{_seed}-{first + n}{Path.GetExtension(files[n])}");
                    File.Copy(files[n], kept, overwrite: true);
                    complaints.Add($"{kept}: {complaint}");
                }
                File.Delete(files[n]);
            }
        }
        output.WriteLine($"{read} files read, {refused} refused, {ended} ended the process; {compared} datasets as h5py reads them");
        Assert.True(complaints.Count == 0, string.Join("\n\n", complaints.Take(10)) + $"\n{complaints.Count} in all; seed {_seed}");
        Assert.True(compared > cases / 2, $"only {compared} datasets compared: the oracle sees too little");
    }

    /// <summary>One shard over many damaged images: each is either done or listed, and the command ends as it should.</summary>
    [Fact]
    public void Infer_DamagedFiles_DoesOrListsEach()
    {
        output.WriteLine($"seed {_seed}");
        string[] files = [.. Seeds().Where(seed => Path.GetFileName(seed) is not ("many.h5" or "types.h5" or "links.h5"))];
        files = [.. Enumerable.Range(100_000, 150).Select(n => Damage(files, n))];
        string run = _folder.File("run");
        string manifest = ManifestJson.Write(_folder.File("m.json"), files.Select((file, n) => ManifestJson.Image($"i{n:D3}", file, "auto")));
        SrbatchResult infer = Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1").Expect(ExitCode.ImagesFailed);
        Assert.Empty(RunFiles.Temporaries(run));
        string[] failed = [.. infer.Logged("error").Select(line => line.Split(' ')[0])];
        output.WriteLine($"{RunFiles.ImageCount(run)} done, {failed.Length} failed, {infer.Logged("warning").Count} crashes");
        Assert.Equal(
            Enumerable.Range(0, files.Length).Select(n => $"i{n:D3}"),
            failed.Concat(RunFiles.Images(run).Select(line => line.Split(' ')[0][..4])).Order(StringComparer.Ordinal));
    }

    private static string? Complaint(string file, SrbatchResult ours, JsonNode? theirs, ref int read, ref int refused, ref int compared)
    {
        if (ours.Code is not ((int)ExitCode.Done or (int)ExitCode.ImagesFailed))
        {
            return $"ended with {ours.Code}:\n{ours.Errors}";
        }
        if (ours.Output.Length == 0)
        {
            refused++;
            return ours.Logged("error").Count == 1 ? null : $"refused without a reason:\n{ours.Errors}";
        }
        read++;
        foreach (JsonNode? dataset in ours.Json["datasets"]!.AsArray())
        {
            if (dataset!["sha256"] is { } sha && theirs?[(string)dataset["path"]!] is { } expected)
            {
                compared++;
                if ((string)sha! != (string)expected! && IsSteady(file, (string)dataset["path"]!, (string)expected!))
                {
                    return $"{dataset["path"]}: not the values that h5py reads";
                }
            }
        }
        return null;
    }

    /// <summary>Whether h5py reads the same again and again: what libhdf5 takes from beyond its buffers can be the same twice by chance.</summary>
    private static bool IsSteady(string file, string dataset, string sha256) => Enumerable.Range(0, 5).All(_ =>
        (string?)JsonNode.Parse(ChildProcess.Run("/usr/bin/python3", Script("fuzz_oracle.py"), file))?[dataset] == sha256);

    /// <summary>Copies one of the seeds and harms it: bits flipped, cut short, blocks swapped or overwritten, numbers made extreme.</summary>
    private string Damage(string[] seeds, int number)
    {
        var random = new Random(unchecked((_seed * 1_000_003) + number));
        string seed = seeds[random.Next(seeds.Length)];
        byte[] bytes = File.ReadAllBytes(seed);
        Span<byte> Block(int length) => bytes.AsSpan(random.Next(bytes.Length - length), length);
        switch (random.Next(6))
        {
            case 0 or 1:
                for (int flip = random.Next(1, 9); flip > 0; flip--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }
                break;
            case 2:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 3:
                int size = 1 << random.Next(3, 10);
                byte[] one = Block(size).ToArray();
                Span<byte> other = Block(size);
                byte[] two = other.ToArray();
                one.CopyTo(other);
                two.CopyTo(Block(size));
                break;
            case 4:
                Block(1 << random.Next(0, 8)).Fill((byte)(random.Next(2) * 255));
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(Block(8), (ulong)random.NextInt64() >> random.Next(64));
                break;
        }
        string path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"case-{number}-{Path.GetFileName(seed)}"));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string[] Seeds()
    {
        ChildProcess.Run("/usr/bin/python3", Script("fuzz_seeds.py"), _folder.Path);
        return [.. Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal)];
    }

    private static string Script(string name) => Path.Combine(SourceTree.Root, "tests", "SrBatch.Tests", "EndToEnd", name);

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
