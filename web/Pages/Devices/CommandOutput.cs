using System.Text.Json;
using Breeze.Core.Queue;
using Breeze.Web.Frame;

namespace Breeze.Web.Pages;

/// <summary>From the bus to the page: pieces of output, words of state, and the end.</summary>
static class CommandOutput
{
    /// <param name="shown">The number of the last piece that the page has already.</param>
    public static async Task ForwardAsync(EventStream stream, byte[] message, int shown)
    {
        using var json = JsonDocument.Parse(message);
        var root = json.RootElement;
        switch (root.GetProperty("type").GetString())
        {
            case "output" when root.TryGetProperty("number", out var number) && number.GetInt64() <= shown:
                break;
            case "output":
                var piece = new Dictionary<string, string?>
                {
                    ["stream"] = root.TryGetProperty("stream", out var name) ? name.GetString() : "stdout",
                    ["text"] = root.TryGetProperty("data", out var data) ? data.GetString() : "",
                };
                await stream.SendAsync("output", JsonSerializer.Serialize(piece));
                break;
            case "status":
                var status = root.GetProperty("status").GetString() ?? "";
                await stream.SendAsync("status", StatusWords.Of(status).Word);
                if (CommandStatus.IsFinal(status))
                {
                    await stream.SendAsync("end", "");
                }
                break;
        }
    }
}
