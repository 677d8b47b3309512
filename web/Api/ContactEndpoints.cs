using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Bell;
using Breeze.Features.Alerting.Escalation;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>How oneself is told: contact methods and the bell.</summary>
static class ContactEndpoints
{
    /// <param name="Address">The address on the channel, such as a phone number.</param>
    public sealed record ContactItem(Guid Id, Guid ChannelId, string? Channel, string Address, DateTimeOffset CreatedAt);

    public sealed record AddRequest(Guid? ChannelId, string? Address);

    public sealed record BellRequest(string? Severity);

    public static void MapContacts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/me").WithTags("On-call");
        var signedIn = new SignedInAttribute();
        group.MapGet("/contact-methods", ListAsync).WithMetadata(signedIn).Produces<Page<ContactItem>>();
        group.MapGet("/contact-methods/channels", ChannelsAsync).WithMetadata(signedIn).Produces<Page<ContactChannel>>();
        group.MapPost("/contact-methods", AddAsync).WithMetadata(signedIn).Produces<ContactItem>(201);
        group.MapDelete("/contact-methods/{id:guid}", RemoveAsync).WithMetadata(signedIn).Produces(204);
        group.MapPost("/contact-methods/{id:guid}/test", TestAsync).WithMetadata(signedIn).Produces<NotificationChannelEndpoints.TestResult>();
        group.MapGet("/bell", async (BellReader bell, AccessScope scope, CancellationToken cancellationToken) => Results.Ok(await bell.ReadAsync(scope, cancellationToken))).WithMetadata(signedIn).Produces<BellState>();
        group.MapPost("/bell/read", async (BellReader bell, AccessScope scope, CancellationToken cancellationToken) =>
        {
            await bell.ReadAllAsync(scope, cancellationToken);
            return Results.NoContent();
        }).WithMetadata(signedIn).Produces(204);
        group.MapPut("/bell", async (BellRequest request, BellReader bell, AccessScope scope, CancellationToken cancellationToken) =>
            (await bell.SetSeverityAsync(scope, request.Severity, cancellationToken)).OrNoContent()).WithMetadata(signedIn).Produces(204);
    }

    static async Task<IResult> ListAsync(AlertingDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.ContactMethods.AsNoTracking().OrderBy(m => m.CreatedAt).ThenBy(m => m.Id)
            .Select(m => new ContactItem(m.Id, m.ChannelId, context.Channels.Where(c => c.Id == m.ChannelId).Select(c => c.Name).FirstOrDefault(), m.Address, m.CreatedAt)).ToListAsync(cancellationToken);
        return Results.Ok(new Page<ContactItem>(rows, null));
    }

    /// <summary>The channels by which a person can be told: those whose type has a recipient.</summary>
    static async Task<IResult> ChannelsAsync(ContactMethods methods, AlertingDbContext context, CancellationToken cancellationToken) =>
        Results.Ok(new Page<ContactChannel>(await methods.ChannelsAsync(context, cancellationToken), null));

    static async Task<IResult> AddAsync(AddRequest request, ContactMethods methods, AccessScope scope, CancellationToken cancellationToken)
    {
        var added = await methods.AddAsync(scope, request.ChannelId, request.Address, cancellationToken);
        return added.Succeeded
            ? Results.Created($"/api/v1/me/contact-methods/{added.Value.Id}", new ContactItem(added.Value.Id, added.Value.ChannelId, null, added.Value.Address, added.Value.CreatedAt)) : added.Refusal.AsProblem();
    }

    static async Task<IResult> RemoveAsync(Guid id, ContactMethods methods, AccessScope scope, CancellationToken cancellationToken) => (await methods.RemoveAsync(scope, id, cancellationToken)).OrNoContent();

    /// <summary>Sends a test to one's own address and answers what came of it, within half a minute.</summary>
    static async Task<IResult> TestAsync(Guid id, ContactMethods methods, AccessScope scope, CancellationToken cancellationToken)
    {
        var test = await methods.TestAsync(scope, id, cancellationToken);
        return test.Succeeded
            ? Results.Ok(new NotificationChannelEndpoints.TestResult(test.Value.NotificationId, test.Value.IsDelivered, test.Value.Error, test.Value.IsRetryable, (int)test.Value.Took.TotalMilliseconds)) : test.Refusal.AsProblem();
    }
}
