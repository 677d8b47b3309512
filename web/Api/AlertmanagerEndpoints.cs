using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Alertmanager;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Api;

/// <summary>Alerts of a Prometheus, by its Alertmanager's webhook.</summary>
static class AlertmanagerEndpoints
{
    public static void MapAlertmanager(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/integrations/alertmanager", TakeAsync).WithTags("Alerts").WithMetadata(new RequirePermissionAttribute(Permissions.AlertsWrite)).Produces<AlertmanagerOutcome>();

    /// <summary>Takes the message of an Alertmanager's webhook receiver (version 4); one that comes again changes nothing.</summary>
    static async Task<IResult> TakeAsync(
        AlertmanagerIntake intake, AccessScope scope, [FromQuery(Name = "organization_id")] Guid? organizationId, AlertmanagerMessage message, CancellationToken cancellationToken)
    {
        var outcome = await intake.TakeAsync(scope, organizationId, message, cancellationToken);
        return outcome.Succeeded ? Results.Ok(outcome.Value) : outcome.Refusal.AsProblem();
    }
}
