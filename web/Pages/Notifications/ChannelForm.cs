namespace Breeze.Web.Pages.Notifications;

/// <summary>What was typed of a channel, beside its settings.</summary>
public sealed class ChannelInput
{
    public string? Name { get; set; }

    public bool Enabled { get; set; }

    public int? RatePerMinute { get; set; }

    public Guid? OrganizationId { get; set; }
}

/// <summary>A channel as a form.</summary>
/// <param name="Action">Where it is sent to.</param>
/// <param name="Organizations">To choose from, for a new one; null when that is settled.</param>
public sealed record ChannelForm(string Action, ChannelInput Input, SettingsView Settings, bool CanWrite, IReadOnlyList<(Guid? Id, string Name)>? Organizations);
