using System.Text.Json;
using Breeze.PluginHost;
using Breeze.Sdk;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Tells channels by the plugins that provide their types.</summary>
public sealed class ChannelSender(IPluginHost host, TimeProvider time) : IChannelSender
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public async Task<DeliveryResult> SendAsync(string type, AlertNotification notification, JsonElement settings, CancellationToken cancellationToken)
    {
        var lease = host.Extensions.Acquire<IAlertChannel>(type);
        if (lease is null)
        {
            return DeliveryResult.Retry($"No active plugin provides the channel type “{type}”. Switch the plugin on.");
        }
        using var deadline = new CancellationTokenSource(Deadline, time);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token, lease.Stopping);
        var work = Task.Run(async () => await lease.Value.NotifyAsync(notification, settings, linked.Token), CancellationToken.None);
        try
        {
            return await work.WaitAsync(linked.Token) ?? DeliveryResult.Retry("The channel answered nothing.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return DeliveryResult.Retry(deadline.IsCancellationRequested ? "The channel did not answer within 30 seconds." : "The channel's plugin was being exchanged.");
        }
        catch (Exception e) // A plugin may throw anything, and what it throws is a failed delivery.
        {
            return DeliveryResult.Retry($"The channel failed: {e.Message}");
        }
        finally
        {
            // A plugin may ignore its token: nobody waits for it then, and its generation is held until it is through.
            _ = work.ContinueWith(
                ended =>
                {
                    _ = ended.Exception;
                    lease.Dispose();
                    linked.Dispose();
                }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
