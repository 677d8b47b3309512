using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breeze.Integration.Tests.Security;

/// <summary>The ids that a request carries, in its address and in its body.</summary>
sealed record Place(Seeded Ids, IReadOnlyDictionary<string, string> Others)
{
    /// <summary>The value of a parameter of a route, by the segment before it.</summary>
    public string Fill(string route, Match parameter)
    {
        var name = parameter.Value.Trim('{', '}', '*').Split(':')[0];
        var before = route[..parameter.Index].TrimEnd('/').Split('/')[^1];
        return name switch
        {
            "kind" => "hardware",
            "commandId" => Ids.CommandId.ToString(),
            "sessionId" => Ids.CommandId.ToString(),
            "deviceId" => Ids.DeviceId.ToString(),
            "userId" => Ids.UserId.ToString(),
            _ => before switch
            {
                "devices" => Ids.DeviceId.ToString(),
                "organizations" or "groups" or "saved-views" or "bulk-actions" or "actions" => Ids.OrganizationId.ToString(),
                "alerts" or "alert-rules" or "rules" or "notification-channels" or "notification-routes" or "channels" or "routes" or "maintenance-windows" or "maintenance" or "incidents"
                    or "on-call-schedules" or "on-call" or "overrides" or "escalation-policies" or "policies" or "scripts" or "escalation" or "contact-methods" => Ids.OrganizationId.ToString(),
                "sites" => Ids.SiteId.ToString(),
                "users" => Ids.UserId.ToString(),
                "partners" => Ids.PartnerId.ToString(),
                "sessions" or "remote" => Ids.CommandId.ToString(),
                "enrollment-keys" or "roles" or "invitations" or "api-keys" or "sso-providers" => Others[before],
                "plugins" or "jobs" => "no.such",
                _ => throw new InvalidOperationException($"{route}: this test does not know what {parameter.Value} is; tell it in Place."),
            },
        };
    }

    /// <summary>A body that would do something, if it were let: everything that an endpoint may ask for, with the ids of the place.</summary>
    public string Body() => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["name"] = $"M {Guid.NewGuid():n}", ["slug"] = $"m{Guid.NewGuid():n}", ["email"] = $"{Guid.NewGuid():n}@example.com", ["display_name"] = "Somebody",
        ["partner_id"] = Ids.PartnerId, ["organization_id"] = Ids.OrganizationId, ["organization_ids"] = new[] { Ids.OrganizationId }, ["organization_access"] = "selected",
        ["site_id"] = Ids.SiteId, ["target_site_id"] = Ids.SiteId, ["site_ids"] = new[] { Ids.SiteId }, ["device_ids"] = new[] { Ids.DeviceId }, ["user_id"] = Ids.UserId,
        ["role_id"] = Others["roles"], ["default_role_id"] = Others["roles"], ["group_id"] = Ids.OrganizationId,
        ["organizations"] = new[] { Ids.OrganizationId }, ["sites"] = new[] { Ids.SiteId },
        ["type"] = "script", ["payload"] = new Dictionary<string, string> { ["runtime"] = "bash", ["content"] = "id" },
        ["kind"] = "static", ["scope"] = "partner", ["reason"] = "Because", ["permissions"] = new[] { "devices:read" }, ["time_zone"] = "UTC",
        ["authority"] = "https://id.example.com", ["client_id"] = "breeze", ["allowed_domains"] = new[] { "example.com" },
    });
}
