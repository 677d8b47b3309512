using Breeze.Core.Auditing;
using Breeze.Core.Distribution;
using Breeze.Core.Identity;
using Breeze.Core.Jobs;
using Breeze.Core.Tenancy;
using Breeze.PluginHost;
using Breeze.Sdk;
using Breeze.Web.Identity;

namespace Breeze.Web.Api;

/// <summary>The plugins of this install, and the endpoints that server plugins add.</summary>
static class PluginEndpoints
{
    const int MaximumBody = 1 << 20;

    public sealed record PluginItem(
        string Id, string Name, string Version, string Hash, string Signer, bool Enabled, IReadOnlyList<string> Hosts, IReadOnlyList<string> Provides,
        string? ServerState, string? ServerError, int AgentsActive, int AgentsOutdated, int AgentsFailed);

    public sealed record UploadResponse(string Id, string Version, string Hash, bool Activated);

    public static void MapPlugins(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins").WithTags("Plugins");
        group.MapGet("", ListAsync).WithMetadata(new RequirePermissionAttribute(Permissions.PluginsRead)).Produces<Page<PluginItem>>();
        group.MapPost("", UploadAsync).WithMetadata(new RequirePermissionAttribute(Permissions.PluginsManage)).Produces<UploadResponse>(201).WithMetadata(new RequireStepUpAttribute())
            .Accepts<Stream>("application/octet-stream").WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(PackageCatalog.MaximumSize + 1));
        group.MapPost("/{pluginId}/jobs/{jobName}/run", RunJobAsync).WithMetadata(new RequirePermissionAttribute(Permissions.PluginsManage)).Produces(202);
        // The caller needs the permission that the plugin's endpoint declares; who is signed in is all that routing can know.
        group.Map("/{pluginId}/{**path}", CallAsync).WithMetadata(new SignedInAttribute()).ExcludeFromDescription();
    }

    static async Task<IResult> ListAsync(PluginAdministration plugins, AccessScope scope, CancellationToken cancellationToken)
    {
        var rows = await plugins.ListAsync(scope, cancellationToken);
        return Results.Ok(new Page<PluginItem>(
            [
                .. rows.Select(p => new PluginItem(p.Id, p.Name, p.Version, p.Hash, p.Signer, p.Enabled, p.Hosts, p.Provides,
                    p.Server?.State.ToString().ToLowerInvariant(), p.Server?.Error?.Message, p.AgentsActive, p.AgentsOutdated, p.AgentsFailed)),
            ],
            null));
    }

    static async Task<IResult> UploadAsync(HttpContext context, PluginAdministration plugins, AccessScope scope, CancellationToken cancellationToken)
    {
        var import = await plugins.UploadAsync(scope, context.Request.Body, cancellationToken);
        return import.Error is { } error
            ? ApiProblem.Result(422, error.Code, "The package was refused.", error.Message)
            : Results.Created("/api/v1/plugins", new UploadResponse(import.Package!.Manifest.Id, import.Package.Manifest.Version, import.Package.Hash, import.Activated));
    }

    /// <summary>Runs a plugin's scheduled job now, without a change to its schedule.</summary>
    static async Task<IResult> RunJobAsync(
        HttpContext context, string pluginId, string jobName, IPluginHost host, IJobQueue jobs, IAuditLog audit, AccessScope scope, CancellationToken cancellationToken)
    {
        using (var lease = host.Extensions.Acquire<ScheduledJob>($"{pluginId}/{jobName}"))
        {
            if (lease is null)
            {
                return ApiProblem.NotFound("plugin_job");
            }
        }
        jobs.EnqueuePluginJob(pluginId, jobName);
        await audit.WriteAsync(scope, new AuditRecord("plugin.job_started", "plugin", $"{pluginId}/{jobName}") { Address = ClientAddress.Of(context) }, cancellationToken);
        return Results.Accepted();
    }

    static async Task<IResult> CallAsync(HttpContext context, string pluginId, string path, IPluginHost host, AccessScope scope, CancellationToken cancellationToken)
    {
        using var lease = host.Extensions.Acquire<PluginEndpoint>($"{pluginId}/{context.Request.Method} {path}");
        if (lease is null)
        {
            return ApiProblem.NotFound("plugin_endpoint");
        }
        if (scope.MustSetUpMfa)
        {
            return ApiProblem.Result(403, "mfa_setup_required", "Set up a second factor first.", "Your partner or role asks for one. Sign in to the web console, which leads you through it.");
        }
        if (!scope.Can(lease.Value.Permission))
        {
            return ApiProblem.Result(403, "forbidden", "You may not do this.", $"It takes the permission {lease.Value.Permission}.");
        }
        if (context.Request.ContentLength > MaximumBody)
        {
            return ApiProblem.Result(413, "body_too_large", "The body is too large.", $"A plugin's endpoint takes at most {MaximumBody >> 10} KiB.");
        }
        using var body = new MemoryStream();
        await new LimitedStream(context.Request.Body, MaximumBody).CopyToAsync(body, cancellationToken);
        var query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Stopping);
        var response = await lease.Value.Handler(new PluginRequest(query, body.ToArray(), context.Request.ContentType), linked.Token);
        context.Response.StatusCode = response.Status;
        context.Response.ContentType = response.ContentType;
        // A plugin's answer is data: no browser may take it for a page of ours.
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        await context.Response.Body.WriteAsync(response.Body, cancellationToken);
        return Results.Empty;
    }
}
