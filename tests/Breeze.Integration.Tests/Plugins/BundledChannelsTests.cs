using Breeze.Integration.Tests.Support;
using Xunit;

namespace Breeze.Integration.Tests.Plugins;

/// <summary>What a fresh install can tell people by.</summary>
public sealed class BundledChannelsTests(SharedServer shared)
{
    static readonly string[] Types = ["discord", "email", "ntfy", "opsgenie", "pagerduty", "slack", "sms", "teams", "telegram", "webhook"];

    [Fact]
    public async Task Ten_channels_are_active_and_nobody_had_to_switch_them_on() =>
        await Http.UntilAsync(async () =>
        {
            var plugins = (await shared.Admin.GetJsonAsync("/api/v1/plugins")).GetProperty("data").EnumerateArray()
                .Where(p => p.Text("id").StartsWith("channels.", StringComparison.Ordinal) && p.GetProperty("server_state").GetString() == "active");
            return plugins.Select(p => p.Text("id")["channels.".Length..]).Order(StringComparer.Ordinal).SequenceEqual(Types);
        });
}
