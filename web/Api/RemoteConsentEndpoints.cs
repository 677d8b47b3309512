using Breeze.Core.Identity;
using Breeze.Core.Remote.Consent;
using Breeze.Web.Identity;

namespace Breeze.Web.Api;

/// <summary>Whether people at devices are asked before somebody works there from afar.</summary>
static class RemoteConsentEndpoints
{
    /// <param name="OrganizationId">Null for all organizations.</param>
    /// <param name="DeviceType">The kind of case, as the hardware inventory has it; null for all.</param>
    /// <param name="Kind"><c>terminal</c>, <c>files</c>, <c>desktop</c>; null for all.</param>
    /// <param name="Mode"><c>ask</c>, <c>notify</c>, <c>silent</c>.</param>
    /// <param name="TimeoutSeconds">How long a question stands.</param>
    /// <param name="OnTimeout"><c>allow</c> or <c>deny</c>, when nobody answers.</param>
    /// <param name="WhenNobody"><c>allow</c> or <c>deny</c>, when nobody can be asked.</param>
    public sealed record RuleItem(Guid? OrganizationId, string? DeviceType, string? Kind, string Mode, int TimeoutSeconds, string OnTimeout, string WhenNobody);

    public sealed record RulesItem(IReadOnlyList<RuleItem> Rules);

    public sealed record ReplaceRequest(IReadOnlyList<RemoteConsentDraft?>? Rules);

    public static void MapRemoteConsent(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/remote/consent").WithTags("Remote access").WithMetadata(new RequirePermissionAttribute(Permissions.PartnerWrite));
        group.MapGet("", ListAsync).Produces<RulesItem>();
        group.MapPut("", ReplaceAsync).Produces<RulesItem>();
    }

    static async Task<IResult> ListAsync(RemoteConsentRules rules, CancellationToken cancellationToken) => Results.Ok(new RulesItem(
        [.. (await rules.ListAsync(cancellationToken)).Select(r => new RuleItem(r.OrganizationId, r.DeviceType, r.Kind, r.Mode, r.TimeoutSeconds, r.OnTimeout, r.WhenNobody))]));

    static async Task<IResult> ReplaceAsync(RemoteConsentRules rules, ReplaceRequest request, CancellationToken cancellationToken) =>
        await rules.ReplaceAsync(request.Rules, cancellationToken) is { } refusal ? refusal.AsProblem() : await ListAsync(rules, cancellationToken);
}
