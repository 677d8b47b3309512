using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Healing;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Breeze.Web.Api;

/// <summary>The description of the API at <c>/openapi/v1.json</c>, and the page to browse it.</summary>
static class OpenApiDocument
{
    const string Scheme = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Breeze",
                Version = "v1",
                Description = "Remote monitoring and management. Errors are RFC 9457 problem details with a stable 'code'; lists page by 'limit' and 'cursor'.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The access_token of POST /api/v1/auth/login, or an agent's auth_token.",
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(async (schema, context, cancellationToken) =>
        {
            // Its converter tells what is left out from what is null, and hides from the document what it reads.
            if (context.JsonTypeInfo.Type == typeof(Change<RuleAction>))
            {
                var action = await context.GetOrCreateSchemaAsync(typeof(RuleAction), null, cancellationToken);
                (schema.Type, schema.Properties, schema.Description) = (JsonSchemaType.Object | JsonSchemaType.Null, action.Properties, "Left out it stays as it is, null takes it away.");
            }
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (!metadata.OfType<IAllowAnonymous>().Any())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            }
            if (metadata.OfType<RequirePermissionAttribute>().FirstOrDefault() is { } required)
            {
                operation.Description = $"Takes the permission `{required.Permission}`.";
            }
            return Task.CompletedTask;
        });
    }

    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        routes.MapScalarApiReference("/openapi", (options, context) =>
        {
            // The viewer makes style elements as it goes and cannot mark them; its scripts carry the nonce like ours.
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' 'nonce-{context.CspNonce()}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            options.WithTitle("Breeze API").WithOpenApiRoutePattern("/openapi/{documentName}.json").WithNonce(context.CspNonce()).DisableDefaultFonts();
            // What talks to the viewer's makers has no place in an install of its own.
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Agent = new ScalarAgentOptions { Disabled = true };
        }).AllowAnonymous();
    }
}
