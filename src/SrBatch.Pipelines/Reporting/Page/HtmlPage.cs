using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>
/// One file of HTML with everything in it: opens without a network, and its content security policy lets it load nothing and run no script but the two whose
/// hashes it names. All text of users reaches it as JSON and is shown as text.
/// </summary>
internal static partial class HtmlPage
{
    public static string Of(ReportPage page)
    {
        string library = Asset("uPlot.iife.min.js"), script = Asset("page.js"), style = Asset("uPlot.min.css") + Asset("page.css");
        // One pass: what is filled in is never searched.
        return Slot().Replace(Asset("page.html"), slot => slot.Groups[1].Value switch
        {
            "policy" => $"default-src 'none'; img-src data:; style-src {Hash(style)}; script-src {Hash(library)} {Hash(script)}; base-uri 'none'; form-action 'none'",
            "title" => HtmlEncoder.Default.Encode($"{page.Name} – {page.Run}"),
            "licence" => Asset("uPlot-LICENSE.txt"),
            "style" => style,
            "data" => JsonSerializer.Serialize(page, ReportPageJson.Default.ReportPage),
            "library" => library,
            "script" => script,
            var unknown => throw new InvalidOperationException($"page.html has a slot '{unknown}'"),
        });
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Asset(string name)
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Slot();
}
