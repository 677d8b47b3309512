using Breeze.Core.Storage;

namespace Breeze.Web.Api;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("alive")).AllowAnonymous().WithTags("Health");
        routes.MapGet("/readyz", ReadyAsync).AllowAnonymous().WithTags("Health");
    }

    static async Task<IResult> ReadyAsync(Database database, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            await using var command = database.System.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(patience.Token);
            return Results.Text("ready");
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or OperationCanceledException)
        {
            return ApiProblem.Result(503, "database_unavailable", "Not ready.", "The database does not answer.");
        }
    }
}
