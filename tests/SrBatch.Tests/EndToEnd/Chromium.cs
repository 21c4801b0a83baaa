using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A page in a real browser without a window, driven by the DevTools protocol (chromedevtools.github.io/devtools-protocol).</summary>
internal sealed partial class Chromium : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _profile = new();
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _requests = [], _complaints = [];
    private string? _session;
    private int _last;
    private bool _isLoaded;

    public Chromium()
    {
        // Debian's and others' names. As root the browser's own sandbox does not start.
        string program = Array.Find(["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"], File.Exists) ?? "chromium";
        _process = Process.Start(new ProcessStartInfo(program,
            ["--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0", $"--user-data-dir={_profile.Path}", "about:blank"])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            Connect(program);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Everything that pages asked for, but what lies in themselves.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Errors, refusals by the content security policy, and all that pages wrote to the console.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public void Show(int width, int height, bool isDark = false)
    {
        Send("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        Send("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });
    }

    /// <summary>Opens a file and waits until its scripts ran.</summary>
    public void Open(string path)
    {
        _isLoaded = false;
        Send("Page.navigate", new() { ["url"] = new Uri(path).AbsoluteUri });
        while (!_isLoaded)
        {
            Receive();
        }
    }

    /// <returns>What a JavaScript expression is, as JSON.</returns>
    public JsonNode? Evaluate(string expression)
    {
        JsonNode found = Send("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.True(found["exceptionDetails"] is null, $"{expression}: {found["exceptionDetails"]?.ToJsonString()}");
        return found["result"]!["value"];
    }

    public string Text(string expression) => (string?)Evaluate(expression) ?? "";

    public int Number(string expression) => (int)(double)Evaluate(expression)!;

    /// <summary>Presses and releases a key, as the user would.</summary>
    /// <param name="key">Tab, Enter, Home, ArrowDown, or a character.</param>
    public void Press(string key)
    {
        (int code, string? text) = key switch
        {
            "Tab" => (9, null),
            "Enter" => (13, "\r"),
            "Home" => (36, null),
            "ArrowDown" => (40, null),
            _ => (char.ToUpperInvariant(key[0]), key),
        };
        foreach (string type in (string[])["keyDown", "keyUp"])
        {
            var press = new JsonObject { ["type"] = type, ["key"] = key, ["windowsVirtualKeyCode"] = code };
            if (type == "keyDown" && text is not null)
            {
                press["text"] = text;
            }
            Send("Input.dispatchKeyEvent", press);
        }
    }

    /// <summary>Presses Tab until the element has the focus.</summary>
    /// <returns>How often.</returns>
    public int TabTo(string selector)
    {
        for (int presses = 1; presses < 500; presses++)
        {
            Press("Tab");
            if ((bool)Evaluate($"document.activeElement.matches('{selector}')")!)
            {
                return presses;
            }
        }
        throw new InvalidOperationException($"no Tab leads to {selector}");
    }

    /// <returns>PNG of what is seen.</returns>
    public byte[] Screenshot() => Convert.FromBase64String((string)Send("Page.captureScreenshot")["data"]!);

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _profile.Dispose();
    }

    private void Connect(string program)
    {
        string? line;
        do
        {
            line = _process.StandardError.ReadLine();
        }
        while (line is not null && !Listening().IsMatch(line));
        Assert.True(line is not null, $"{program} ended before it listened");
        // Nobody reads the rest, but a full pipe would stop the browser.
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        _socket.ConnectAsync(new Uri(Listening().Match(line).Groups[1].Value), CancellationToken.None).Wait(Patience);
        string target = (string)Send("Target.createTarget", new() { ["url"] = "about:blank" })["targetId"]!;
        _session = (string)Send("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true })["sessionId"]!;
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            Send($"{domain}.enable");
        }
    }

    private JsonNode Send(string method, JsonObject? parameters = null)
    {
        int id = ++_last;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (_session is not null)
        {
            message["sessionId"] = _session;
        }
        _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None).Wait(Patience);
        while (true)
        {
            JsonNode answer = Receive();
            if ((int?)answer["id"] == id)
            {
                return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer["error"]?.ToJsonString()}");
            }
        }
    }

    private JsonNode Receive()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        byte[] part = new byte[1 << 16];
        WebSocketReceiveResult received;
        do
        {
            received = _socket.ReceiveAsync(part, patience.Token).GetAwaiter().GetResult();
            message.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);
        JsonNode node = JsonNode.Parse(message.ToArray())!;
        Note(node);
        return node;
    }

    private void Note(JsonNode message)
    {
        JsonNode? parameters = message["params"];
        switch ((string?)message["method"])
        {
            case "Page.loadEventFired":
                _isLoaded = true;
                break;
            case "Network.requestWillBeSent" when (string)parameters!["request"]!["url"]! is var url && !url.StartsWith("data:", StringComparison.Ordinal):
                _requests.Add(url);
                break;
            case "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded":
                _complaints.Add(parameters!.ToJsonString());
                break;
        }
    }

    [GeneratedRegex(@"^DevTools listening on (ws://\S+)")]
    private static partial Regex Listening();
}
