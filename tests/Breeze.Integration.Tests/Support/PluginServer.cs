using System.Text.Json;
using Breeze.Testing;
using Xunit;

namespace Breeze.Integration.Tests.Support;

/// <summary>A server whose plugins come and go, for tests that must have one to themselves: they take turns.</summary>
[CollectionDefinition(Alone)]
public sealed class PluginServer : IAsyncLifetime, ICollectionFixture<PluginServer>
{
    public const string Alone = "A server to oneself";

    ServerProcess? _server;
    HttpClient? _admin;

    public ServerProcess Server => _server!;

    public HttpClient Admin => _admin!;

    /// <summary>Where an administrator of the machine puts packages.</summary>
    public string Folder => Directory.CreateDirectory(Path.Combine(Server.DataDirectory, "plugins")).FullName;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync();
        _admin = await _server.SignInAsync();
    }

    public Task<HttpResponseMessage> UploadAsync(byte[] package) => Admin.PostBytesAsync("/api/v1/plugins", package, "application/octet-stream");

    public async Task<JsonElement?> FindAsync(string id)
    {
        var found = (await Admin.GetJsonAsync("/api/v1/plugins")).GetProperty("data").EnumerateArray().Where(p => p.Text("id") == id).ToList();
        return found.Count == 0 ? null : found[0];
    }

    public async Task<bool> IsActiveAsync(string id, string version) =>
        await FindAsync(id) is { } plugin && plugin.Text("version") == version && plugin.GetProperty("server_state").GetString() == "active";

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
