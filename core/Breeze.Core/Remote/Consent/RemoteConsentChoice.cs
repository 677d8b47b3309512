using Breeze.Protocol;

namespace Breeze.Core.Remote.Consent;

/// <summary>Which rule holds for a session.</summary>
public static class RemoteConsentChoice
{
    /// <summary>What holds where nothing was decided: the person is told.</summary>
    public static RemoteConsentTerms Usual { get; } = new(RemoteConsentTerms.Notify) { WhenNobody = RemoteConsentTerms.Allow };

    /// <summary>The terms of the most particular of the rules that fit: the organization's before the partner's, then by the kind of device, then by what is done.</summary>
    public static RemoteConsentTerms Of(IEnumerable<RemoteConsentRule> rules, Guid organizationId, string? deviceType, string kind)
    {
        var rule = rules
            .Where(r => (r.OrganizationId is null || r.OrganizationId == organizationId) && (r.DeviceType is null || r.DeviceType == deviceType) && (r.Kind is null || r.Kind == kind))
            .OrderBy(r => r.OrganizationId is null).ThenBy(r => r.DeviceType is null).ThenBy(r => r.Kind is null).FirstOrDefault();
        return rule is null ? Usual : new(rule.Mode) { TimeoutSeconds = rule.TimeoutSeconds, OnTimeout = rule.OnTimeout, WhenNobody = rule.WhenNobody };
    }
}
