using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Escalation;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Escalation policies.</summary>
static class EscalationEndpoints
{
    /// <param name="Repeats">How often it begins again after its last step.</param>
    /// <param name="RepeatMinutes">How long after its last step.</param>
    public sealed record PolicyItem(Guid Id, string Name, Guid? OrganizationId, IReadOnlyList<EscalationStep> Steps, int Repeats, int RepeatMinutes, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record CreateRequest(string? Name, Guid? OrganizationId, EscalationStep[]? Steps, int? Repeats, int? RepeatMinutes);

    public static void MapEscalation(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/escalation-policies").WithTags("On-call");
        var read = new RequirePermissionAttribute(Permissions.NotificationsRead);
        var write = new RequirePermissionAttribute(Permissions.NotificationsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<PolicyItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<PolicyItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<PolicyItem>();
        group.MapPut("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<PolicyItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapGet("/{id:guid}/preview", PreviewAsync).WithMetadata(read).Produces<Page<EscalationPreview>>();
    }

    /// <summary>All of them, by name.</summary>
    static async Task<IResult> ListAsync(AlertingDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Policies.AsNoTracking().OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancellationToken);
        return Results.Ok(new Page<PolicyItem>([.. rows.Select(Item)], null));
    }

    static async Task<IResult> GetAsync(Guid id, AlertingDbContext context, CancellationToken cancellationToken) =>
        await context.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is { } policy ? Results.Ok(Item(policy)) : ApiProblem.NotFound("escalation_policy");

    static async Task<IResult> CreateAsync(CreateRequest r, EscalationPolicies policies, AccessScope scope, CancellationToken cancellationToken)
    {
        var created = await policies.CreateAsync(scope, r.OrganizationId, new(r.Name, r.Steps, r.Repeats, r.RepeatMinutes), cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/escalation-policies/{created.Value.Id}", Item(created.Value)) : created.Refusal.AsProblem();
    }

    /// <summary>Puts what is given in the place of what was there.</summary>
    static async Task<IResult> UpdateAsync(Guid id, PolicyDraft request, EscalationPolicies policies, AccessScope scope, CancellationToken cancellationToken)
    {
        var updated = await policies.UpdateAsync(scope, id, request, cancellationToken);
        return updated.Succeeded ? Results.Ok(Item(updated.Value)) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, EscalationPolicies policies, AccessScope scope, CancellationToken cancellationToken) => (await policies.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    /// <summary>Whom each step would tell if an alert of the organization fired now.</summary>
    static async Task<IResult> PreviewAsync(
        Guid id, [FromQuery(Name = "organization_id")] Guid? organizationId, AlertingDbContext context, BreezeDbContext database, EscalationPolicies policies, CancellationToken cancellationToken)
    {
        if (await context.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } policy)
        {
            return ApiProblem.NotFound("escalation_policy");
        }
        if (organizationId is { } wanted && !await database.Organizations.AnyAsync(o => o.Id == wanted, cancellationToken))
        {
            return ApiProblem.NotFound("organization");
        }
        return Results.Ok(new Page<EscalationPreview>(await policies.PreviewAsync(policy, organizationId, cancellationToken), null));
    }

    static PolicyItem Item(EscalationPolicy p) => new(p.Id, p.Name, p.OrganizationId, EscalationStep.Parse(p.Steps), p.Repeats, p.RepeatMinutes, p.CreatedAt, p.UpdatedAt);
}
