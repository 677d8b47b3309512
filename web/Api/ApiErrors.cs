using Microsoft.AspNetCore.Diagnostics;

namespace Breeze.Web.Api;

/// <summary>Turns what the framework throws at bad requests, and our own faults, into problem details.</summary>
sealed partial class ApiErrors(ILogger<ApiErrors> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The handler has put the path of the error page in the place of the request's.
        var path = httpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? httpContext.Request.Path;
        if (!Identity.BreezeAuthentication.IsApi(path) || httpContext.Response.HasStarted)
        {
            return false;
        }
        if (exception is BadHttpRequestException bad)
        {
            var (code, detail) = bad.StatusCode switch
            {
                413 => ("body_too_large", "The body is larger than this endpoint takes."),
                415 => ("unsupported_media_type", "Send the body as application/json."),
                _ when exception.InnerException is System.Text.Json.JsonException json => ("malformed_json", $"The body is not the JSON that this endpoint takes{Place(json)}."),
                _ => ("bad_request", "The request could not be read: a parameter is missing or has the wrong type."),
            };
            await ApiProblem.WriteAsync(httpContext, bad.StatusCode, code, "The request is not valid.", detail);
            return true;
        }
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }
        if (DatabaseFault.IsUnstorableText(exception))
        {
            await ApiProblem.WriteAsync(httpContext, 400, "text_invalid", "The request is not valid.", "It holds text that cannot be stored, such as a NUL character or half of a surrogate pair.");
            return true;
        }
        if (DatabaseFault.IsAbsence(exception))
        {
            await ApiProblem.WriteUnavailableAsync(httpContext, "database_unavailable", "The database does not answer.");
            return true;
        }
        LogFault(logger, httpContext.Request.Method, path, exception);
        await ApiProblem.WriteAsync(httpContext, 500, "internal_error", "Something went wrong in Breeze.",
            $"It was recorded under trace id {System.Diagnostics.Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier}. Try again, and report the id when it stays.");
        return true;
    }

    static string Place(System.Text.Json.JsonException json) =>
        json.LineNumber is null ? "" : $": line {json.LineNumber + 1}, position {json.BytePositionInLine + 1}{(json.Path is { Length: > 1 } ? $", at {json.Path}" : "")}";

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    static partial void LogFault(ILogger logger, string method, string path, Exception exception);
}
