using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Inventory;

public sealed class ControlTests(SharedServer shared)
{
    [Theory]
    [InlineData("process.list", null)]
    [InlineData("process.kill", Permissions.DevicesPower)]
    [InlineData("service.stop", Permissions.DevicesPower)]
    public void Ending_and_stopping_take_more_than_listing(string type, string? permission) => CommandPermissions.For(type).ShouldBe(permission);

    [Fact]
    public async Task Who_may_send_commands_but_not_switch_devices_off_ends_no_process()
    {
        using var agent = await shared.EnrolAsync();
        var role = await shared.Admin.PostJsonAsync("/api/v1/roles", new { name = $"R {Guid.NewGuid():n}", scope = "partner", permissions = new[] { "devices:read", "devices:command" } }, 201);
        var somebody = await shared.AddUserAsync(await shared.PartnerIdAsync(), role.Id());
        await somebody.PostJsonAsync($"/api/v1/devices/{agent.Id}/commands", new { type = "process.list" }, 202);
        await somebody.PostJsonAsync($"/api/v1/devices/{agent.Id}/commands", new { type = "process.kill", payload = new { pid = 5, instance = "1" } }, 403);
        await somebody.PostJsonAsync($"/api/v1/devices/{agent.Id}/commands", new { type = "service.stop", payload = new { name = "cron" } }, 403);
        somebody.Dispose();
    }
}
