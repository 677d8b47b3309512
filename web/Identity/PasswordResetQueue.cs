using System.Threading.Channels;
using Breeze.Core.Identity;

namespace Breeze.Web.Identity;

/// <summary>
/// Requests for reset links, looked into after the answer has gone: so the answer, and how long it takes, says nothing about whether an address has an account.
/// </summary>
public sealed partial class PasswordResetQueue(PasswordResets resets, AccountMails mails, ILogger<PasswordResetQueue> logger) : BackgroundService
{
    const int Capacity = 500;

    readonly Channel<(string Email, string Address)> _requests = Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    public void Ask(string email, string address) => _requests.Writer.TryWrite((email, address));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (email, address) in _requests.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                if (mails.AreSent && await resets.RequestAsync(email, address, stoppingToken) is { } request)
                {
                    mails.SendPasswordReset(request.User, request.Token);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away; the person asks again.
                LogFault(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "A request for a password reset could not be looked into: {Reason}.")]
    static partial void LogFault(ILogger logger, string reason);
}
