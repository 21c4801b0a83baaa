using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>
/// Writes the report as one HTML file that needs no network. Its content security policy forbids loading anything and running any script
/// but the two whose hashes it lists. Text from users is put into it as JSON and shown as text.
/// </summary>
internal static partial class HtmlPage
{
    /// <summary>The parts of the script in the order in which they run. They share one scope.</summary>
    private static readonly string[] ScriptParts =
        ["dom", "charts", "summary", "scores", "gain", "pictures", "training", "failures", "time", "planes", "origin"];

    public static string Of(ReportPage page)
    {
        string library = Asset("uPlot.iife.min.js"), script = Script(), style = Asset("uPlot.min.css") + Asset("page.css");
        // One pass, so that text that was filled in is not searched for slots.
        return Slot().Replace(Asset("page.html"), slot => slot.Groups[1].Value switch
        {
            "policy" => $"default-src 'none'; img-src data:; style-src {Hash(style)}; script-src {Hash(library)} {Hash(script)}; "
                + "base-uri 'none'; form-action 'none'",
            "title" => HtmlEncoder.Default.Encode($"{page.Name} – {page.Run}"),
            "licence" => Asset("uPlot-LICENSE.txt"),
            "style" => style,
            "data" => JsonSerializer.Serialize(page, ReportPageJson.Default.ReportPage),
            "library" => library,
            "script" => script,
            var unknown => throw new InvalidOperationException($"page.html has a slot '{unknown}'"),
        });
    }

    private static string Hash(string text) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Script() =>
        $"(() => {{\n'use strict';\n{string.Join('\n', ScriptParts.Select(part => Asset(part + ".js")))}}})();\n";

    private static string Asset(string name)
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Slot();
}
