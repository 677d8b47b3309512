using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Distribution;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Breeze.Web.Identity;

namespace Breeze.Web.Api;

/// <summary>What agents talk to.</summary>
static class AgentEndpoints
{
    const int MaximumInventory = 4 << 20;
    const int MaximumResult = 16 << 20;
    const int MaximumEnrollment = 64 << 10;

    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/agents/enroll", EnrollAsync).WithTags("Agents").AllowAnonymous().Accepts<EnrollRequest>("application/json").Produces<EnrollResponse>(201);
        // Straight from routing to here: what knows people by their tokens would first try to read the agent's as one of them.
        var group = routes.MapGroup("/api/v1/agents").WithTags("Agents");
        group.ShortCircuit();
        group.MapPost("/{id:guid}/heartbeat", (HttpContext context, HeartbeatEndpoint heartbeat) => heartbeat.HandleAsync(context)).WithMetadata(new AgentEndpointAttribute()).Accepts<HeartbeatRequest>("application/json").Produces<HeartbeatResponse>();
        group.MapPost("/{id:guid}/commands/{commandId:guid}/result", ResultAsync).WithMetadata(new AgentEndpointAttribute())
            .Accepts<CommandResult>("application/json").Produces<CommandResultResponse>();
        group.MapPut("/{id:guid}/inventory/{kind}", InventoryAsync).WithMetadata(new AgentEndpointAttribute()).Produces(204);
        group.MapPost("/{id:guid}/recordings/{sessionId:guid}/parts/{number}", RecordingEndpoints.AddPartAsync).WithMetadata(new AgentEndpointAttribute()).Produces(204);
        group.MapGet("/{id:guid}/plugins/{hash}", PluginAsync).WithMetadata(new AgentEndpointAttribute()).Produces(200, contentType: "application/octet-stream");
    }

    static async Task EnrollAsync(HttpContext context, EnrollmentService enrollment)
    {
        if (await AgentBody.ReadAsync(context, MaximumEnrollment) is not { } pooled)
        {
            return;
        }
        using var body = pooled;
        EnrollRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(body.Memory.Span, ProtocolJson.Default.EnrollRequest);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            await AgentBody.MalformedAsync(context, e);
            return;
        }
        var (clean, problem) = EnrollmentForm.Check(request);
        if (clean is null)
        {
            await ApiProblem.WriteAsync(context, 400, "enrollment_invalid", "The enrolment is not valid.", problem!);
            return;
        }
        var result = await enrollment.EnrollAsync(clean, ClientAddress.Of(context), context.RequestAborted);
        if (result.Response is null)
        {
            await ApiProblem.WriteAsync(context, 403, result.Code!, "The enrolment was refused.", result.Detail!);
            return;
        }
        context.Response.StatusCode = 201;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, result.Response, ProtocolJson.Default.EnrollResponse, context.RequestAborted);
    }

    static async Task ResultAsync(HttpContext context, Guid commandId, AgentAuthentication authentication, IDeviceQueue queue)
    {
        if (await authentication.AuthenticateAsync(context) is not { } agent || await AgentBody.ReadAsync(context, MaximumResult) is not { } pooled)
        {
            return;
        }
        using var body = pooled;
        CommandResult? result;
        try
        {
            result = JsonSerializer.Deserialize(body.Memory.Span, ProtocolJson.Default.CommandResult);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            await AgentBody.MalformedAsync(context, e);
            return;
        }
        if (result?.Status is null || !CommandStatus.IsReportable(result.Status))
        {
            await ApiProblem.WriteAsync(context, 400, "status_invalid", "The result is not valid.", "status must be completed, failed, timeout, cancelled or rejected.");
            return;
        }
        var outcome = await queue.StoreResultAsync(agent.DeviceId, commandId, result, context.RequestAborted);
        if (outcome == ResultOutcome.NotFound)
        {
            await ApiProblem.WriteAsync(context, 404, "command_not_found", "There is no such command for this agent.", "Drop the result; it belongs to no command of this device.");
            return;
        }
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, new CommandResultResponse(outcome == ResultOutcome.Duplicate), ProtocolJson.Default.CommandResultResponse, context.RequestAborted);
    }

    static async Task InventoryAsync(HttpContext context, string kind, AgentAuthentication authentication, DeviceReports reports)
    {
        if (await authentication.AuthenticateAsync(context) is not { } agent || await AgentBody.ReadAsync(context, MaximumInventory) is not { } pooled)
        {
            return;
        }
        using var body = pooled;
        if (agent.IsWaiting)
        {
            await Untrusted().ExecuteAsync(context);
            return;
        }
        if (kind.Length > 64 || !char.IsAsciiLetterLower(kind[0]) || kind.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-')))
        {
            await ApiProblem.WriteAsync(context, 400, "kind_invalid", "The kind of inventory is not valid.", "Use lower-case letters, digits, '_' and '-', at most 64.");
            return;
        }
        try
        {
            using var document = JsonDocument.Parse(body.Memory, new JsonDocumentOptions { MaxDepth = 32 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                await ApiProblem.WriteAsync(context, 400, "document_invalid", "The document is not valid.", "Send one JSON object.");
                return;
            }
            await reports.InventoryAsync(agent, kind, document, body.Memory, context.RequestAborted);
        }
        catch (JsonException e)
        {
            await AgentBody.MalformedAsync(context, e);
            return;
        }
        catch (Npgsql.PostgresException e) when (e.SqlState is "22P02" or "22P05" or "22021")
        {
            await ApiProblem.WriteAsync(context, 400, "document_invalid", "The document is not valid.", "It holds text that cannot be stored, such as a NUL character or half of a surrogate pair.");
            return;
        }
        context.Response.StatusCode = 204;
    }

    static async Task<IResult> PluginAsync(HttpContext context, string hash, AgentAuthentication authentication, PackageCatalog catalog)
    {
        if (await authentication.AuthenticateAsync(context) is not { } agent)
        {
            return Results.Empty;
        }
        if (!agent.IsTrusted)
        {
            return Untrusted();
        }
        // By content hash, so the answer never changes and can be resumed at any byte.
        return hash.Length == 64 && await catalog.ReadAsync(hash, context.RequestAborted) is { } content
            ? Results.Bytes(content, "application/octet-stream", enableRangeProcessing: true, entityTag: new($"\"{hash}\""))
            : ApiProblem.NotFound("package");
    }

    static IResult Untrusted() => ApiProblem.Result(
        403, "device_not_trusted", "The device is not served now.", "It waits for approval or is in quarantine. An administrator decides in Breeze.");
}
