using Breeze.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Expressions;

/// <summary>Reads what plugins declare as soon as one came, went or changed, on whichever node.</summary>
public sealed partial class ExpressionFieldsKeeper(ExpressionEngine expressions, EventBus bus, ILogger<ExpressionFieldsKeeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in bus.ListenAsync(Topics.Plugins, stoppingToken))
        {
            try
            {
                await expressions.ReloadAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The fields that plugins declare could not be read and will be within a minute: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
