using System.Net.Http.Json;
using System.Text;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Inventory;

/// <summary>Sends inventory documents as agents do.</summary>
static class Documents
{
    public static async Task SendAsync(this FakeAgent agent, string kind, object document, int status = 204)
    {
        using var answer = await agent.Client.PutAsJsonAsync($"/api/v1/agents/{agent.Id}/inventory/{kind}", document, TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static async Task SendTextAsync(this FakeAgent agent, string kind, string json, int status = 204)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await agent.Client.PutAsync($"/api/v1/agents/{agent.Id}/inventory/{kind}", body, TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static object Software(params (string Name, string Version)[] packages) =>
        new { packages = packages.Select(p => new { name = p.Name, version = p.Version, source = "dpkg", publisher = "Debian" }) };
}
