using System.Text.RegularExpressions;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>report.html of a real run, in a real browser.</summary>
public sealed partial class ReportPageTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Page_OfARun_ShowsEverySectionAndAsksForNothing()
    {
        using var browser = new Chromium();
        browser.Show(1280, 900);
        string page = Path.Combine(tiny.Run, "report.html");
        browser.Open(page);
        Assert.Equal(
            ["Summary", "Scores by group", "Gain over the input", "Worst images first", "Training", "What failed and why", "How long it took", "All planes", "Where it comes from"],
            browser.Evaluate("[...document.querySelectorAll('h2')].map(title => title.textContent)")!.AsArray().Select(title => (string)title!));
        Assert.Equal("tiny – run", browser.Text("document.title"));
        Assert.StartsWith("2 images: 0 pass, 0 warn, 2 fail. 2 planes enhanced, all with a target.", browser.Text("document.querySelector('#summary p').textContent"), StringComparison.Ordinal);
        Assert.Equal(2, browser.Number("document.querySelectorAll('#all tbody tr').length"));
        // Gain, the spectra of two planes, losses, validation: each is drawn, and says in words what it shows.
        Assert.Equal(5, browser.Number($"[...document.querySelectorAll('.chart')].filter(chart => chart.getAttribute('aria-label') && ({IsDrawn})(chart.querySelector('canvas'))).length"));
        Assert.Equal(16, browser.Number("[...document.querySelectorAll('.panel img')].filter(image => image.complete && image.naturalWidth > 0 && image.alt).length"));
        Assert.Equal(0, browser.Number("[...document.querySelectorAll('input, select')].filter(control => control.labels.length === 0).length"));
        Assert.Contains("srbatch train --manifest \"$manifest\" --run " + tiny.Run + " --steps 12 --seed 1", browser.Text("document.querySelector('#origin pre').textContent"), StringComparison.Ordinal);
        Assert.StartsWith($"manifest={tiny.Manifest}  # the one with the SHA-256 ", browser.Text("document.querySelector('#origin pre').textContent"), StringComparison.Ordinal);
        Assert.Equal(
            ["Reading", "Network", "Waiting for reading", "Waiting for writing, scoring", "Waiting for the last images", "Writing", "Scoring"],
            browser.Evaluate("[...document.querySelectorAll('#stages th')].map(stage => stage.textContent)")!.AsArray().Select(stage => (string)stage!));
        Assert.Matches(@"100 % is the elapsed time, [\d.]+ s in one attempt\.", browser.Text("document.querySelector('#stages').closest('table').caption.textContent"));
        Save(browser, "desktop");
        browser.Show(1280, 900, isDark: true);
        Assert.Equal("rgb(15, 20, 25)", browser.Text("getComputedStyle(document.body).backgroundColor"));
        Save(browser, "desktop-dark");
        browser.Show(360, 740);
        browser.Open(page);
        Assert.Equal(360, browser.Number("document.documentElement.scrollWidth"));
        Save(browser, "phone");
        Assert.Equal([new Uri(page).AbsoluteUri, new Uri(page).AbsoluteUri], browser.Requests);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public void Page_WithoutModelTableInputsAndTargets_SaysSoAndIsWritten()
    {
        string run = _folder.File("run");
        RunFiles.Copy(tiny.Run, run);
        File.Delete(Path.Combine(run, "training.parquet"));
        File.Delete(Path.Combine(run, "model.safetensors"));
        string plan = Path.Combine(run, "plan.json");
        File.WriteAllText(plan, File.ReadAllText(plan).Replace("mixed-0006.h5", "gone.h5", StringComparison.Ordinal));
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        using var browser = new Chromium();
        browser.Open(Path.Combine(run, "report.html"));
        Assert.Contains("There is no training.parquet in the run folder", browser.Text("document.querySelector('#training').textContent"), StringComparison.Ordinal);
        string missing = browser.Text("[...document.querySelectorAll('.plane')].find(plane => plane.querySelector('h3').textContent === 'mixed-0006').textContent");
        Assert.Contains("The input is not shown: ", missing, StringComparison.Ordinal);
        Assert.Contains("The target is not shown: ", missing, StringComparison.Ordinal);
        Assert.Contains("gone.h5", missing, StringComparison.Ordinal);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public void Page_WrittenTwice_IsTheSame()
    {
        string run = _folder.File("run"), page = Path.Combine(run, "report.html");
        RunFiles.Copy(tiny.Run, run);
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        string first = RunFiles.Sha256(page);
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        Assert.Equal(first, RunFiles.Sha256(page));
    }

    [Fact]
    public void Page_OfAPlanAlone_IsWritten()
    {
        string run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", tiny.Manifest, "--run", run, "--shards", "1").Expect(ExitCode.Done);
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        using var browser = new Chromium();
        browser.Open(Path.Combine(run, "report.html"));
        Assert.Equal("None of 2 images is done yet.", browser.Text("document.querySelector('#summary p').textContent"));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public void Page_OfAThousandImages_IsSmall_FiltersByKeyboard_AndRunsNoScriptOfUsers()
    {
        using var many = new ManyImages();
        Srbatch.Run("report", "--run", many.Run).Expect(ExitCode.ImagesFailed);
        string html = File.ReadAllText(many.Page);
        Assert.InRange(html.Length, 100_000, 10_000_000);
        Assert.Equal(3, Script().Count(html));
        Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
        using var browser = new Chromium();
        browser.Show(1280, 900);
        browser.Open(many.Page);
        Assert.Equal((100, "1,000 of 1,000"), Found(browser));
        Assert.Equal($"{ManyImages.Group}|{ManyImages.Reason}", browser.Text("document.querySelector('#group').options[1].textContent + '|' + document.querySelector('#failed td').textContent"));

        Assert.Equal(1, browser.TabTo(".skip"));
        browser.Press("Enter");
        Assert.Equal("main", browser.Text("document.activeElement.id"));
        browser.TabTo("#verdict");
        Assert.Equal("solid", browser.Text("getComputedStyle(document.activeElement).outlineStyle"));
        browser.Press("ArrowDown");
        browser.Press("ArrowDown");
        Assert.Equal((ManyImages.Warned, "4 of 1,000"), Found(browser));
        browser.Press("ArrowDown");
        Assert.Equal((ManyImages.Failed, "2 of 1,000"), Found(browser));
        browser.Press("Home");
        Assert.Equal(1, browser.TabTo("#group"));
        browser.Press("ArrowDown");
        browser.Press("ArrowDown");
        Assert.Equal((100, "500 of 1,000"), Found(browser));
        Assert.Equal(1, browser.TabTo("#search"));
        foreach (char letter in "fov-01")
        {
            browser.Press(letter.ToString());
        }
        Assert.Equal((50, "50 of 1,000"), Found(browser));
        Assert.Equal("fov-0101", FirstImage(browser));
        browser.TabTo("#all th:nth-child(1) button");
        browser.Press("Enter");
        browser.Press("Enter");
        Assert.Equal(("descending", "fov-0199"), (browser.Text("document.activeElement.closest('th').ariaSort"), FirstImage(browser)));

        browser.Show(360, 740);
        browser.Open(many.Page);
        Assert.Equal(360, browser.Number("document.documentElement.scrollWidth"));
        Assert.All(browser.Requests, url => Assert.Equal(new Uri(many.Page).AbsoluteUri.Split('#')[0], url.Split('#')[0]));
        Assert.Empty(browser.Complaints);
    }

    /// <summary>JavaScript: whether a canvas has as many colours as a chart: ground, axes, line.</summary>
    private const string IsDrawn = "canvas => new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size > 3";

    private static (int Rows, string Found) Found(Chromium browser) => (browser.Number("document.querySelectorAll('#all tbody tr').length"), browser.Text("document.querySelector('.found').textContent"));

    private static string FirstImage(Chromium browser) => browser.Text("document.querySelector('#all tbody th').textContent");

    /// <summary>For people, when SRBATCH_SCREENSHOTS names a folder.</summary>
    private static void Save(Chromium browser, string name)
    {
        if (Environment.GetEnvironmentVariable("SRBATCH_SCREENSHOTS") is { } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, $"report-{name}.png"), browser.Screenshot());
        }
    }

    [GeneratedRegex("<script")]
    private static partial Regex Script();
}
