using Microsoft.AspNetCore.Authorization;

namespace Breeze.Web.Frame;

static class AssetEndpoints
{
    /// <summary>The names carry a hash of the content, so browsers may keep the files for ever.</summary>
    public static void MapBreezeAssets(this IEndpointRouteBuilder routes) =>
        routes.MapGet(AssetStore.Route + "{file}", static (HttpContext context, string file, AssetStore store) =>
        {
            if (store.FindFile(file) is not { } found)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
            var accepted = context.Request.Headers.AcceptEncoding.ToString();
            var (body, encoding) = accepted.Contains("br", StringComparison.Ordinal) ? (found.Brotli, "br")
                : accepted.Contains("gzip", StringComparison.Ordinal) ? (found.Gzip, "gzip")
                : (found.Plain, null);
            var headers = context.Response.Headers;
            headers.CacheControl = "public, max-age=31536000, immutable";
            headers.Vary = "Accept-Encoding";
            if (encoding is not null)
            {
                headers.ContentEncoding = encoding;
            }
            context.Response.ContentType = found.ContentType;
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        }).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
}
