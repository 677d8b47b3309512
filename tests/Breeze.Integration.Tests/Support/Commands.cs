using System.Text.Json;

namespace Breeze.Integration.Tests.Support;

/// <summary>Queues commands and reads what became of them.</summary>
static class Commands
{
    public static object Script(string content, string runtime = "bash") => new { type = "script", payload = new { runtime, content } };

    public static async Task<Guid> QueueScriptAsync(this HttpClient admin, Guid deviceId, string content = "true") =>
        (await admin.PostJsonAsync($"/api/v1/devices/{deviceId}/commands", Script(content), 202)).Id();

    public static Task<JsonElement> CommandAsync(this HttpClient admin, Guid deviceId, Guid commandId) => admin.GetJsonAsync($"/api/v1/devices/{deviceId}/commands/{commandId}");
}
