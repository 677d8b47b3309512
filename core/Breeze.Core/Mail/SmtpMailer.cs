using System.Threading.Channels;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Breeze.Core.Mail;

/// <summary>
/// Hands messages to the mail server, one after the other and with patience. What waits is in memory alone: a link that a restart loses can be made anew.
/// </summary>
public sealed partial class SmtpMailer(SmtpSettings? settings, TimeProvider time, ILogger<SmtpMailer> logger) : BackgroundService, IMailer
{
    const int Capacity = 1000;
    const int TimeoutMilliseconds = 15_000;

    static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    readonly Channel<MailMessage> _waiting = Channel.CreateBounded<MailMessage>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public bool IsConfigured => settings is not null;

    public bool TrySend(MailMessage message)
    {
        if (settings is null)
        {
            return false;
        }
        if (_waiting.Writer.TryWrite(message))
        {
            return true;
        }
        LogFull(logger, Capacity);
        return false;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings is null)
        {
            return;
        }
        await foreach (var message in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await SendPatientlyAsync(settings, message, stoppingToken);
        }
    }

    async Task SendPatientlyAsync(SmtpSettings server, MailMessage message, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await SendAsync(server, message, cancellationToken);
                return;
            }
            catch (Exception e) when (IsExpected(e) && !cancellationToken.IsCancellationRequested)
            {
                // A refusal for good comes again however often one asks.
                if (attempt == Pauses.Length || e is SmtpCommandException { StatusCode: >= SmtpStatusCode.SyntaxError } or AuthenticationException)
                {
                    LogGivenUp(logger, message.Subject, attempt + 1, e.GetType().Name);
                    return;
                }
                await Task.Delay(Pauses[attempt], time, cancellationToken);
            }
        }
    }

    static async Task SendAsync(SmtpSettings server, MailMessage message, CancellationToken cancellationToken)
    {
        using var mime = new MimeMessage { Subject = message.Subject, Body = new TextPart("plain") { Text = message.Text } };
        mime.From.Add(MailboxAddress.Parse(server.From));
        mime.To.Add(MailboxAddress.Parse(message.To));
        using var client = new SmtpClient { Timeout = TimeoutMilliseconds };
        await client.ConnectAsync(server.Host, server.Port, server.ImplicitTls ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable, cancellationToken);
        if (server.User is not null)
        {
            await client.AuthenticateAsync(server.User, server.Password ?? "", cancellationToken);
        }
        await client.SendAsync(mime, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    static bool IsExpected(Exception e) => e is IOException or System.Net.Sockets.SocketException or ProtocolException or CommandException or AuthenticationException
        or SslHandshakeException or TimeoutException or OperationCanceledException or NotSupportedException;

    [LoggerMessage(LogLevel.Error, "A mail ({Subject}) was not sent, after {Attempts} attempts: {Reason}. Check SMTP_URL and the mail server.")]
    static partial void LogGivenUp(ILogger logger, string subject, int attempts, string reason);

    [LoggerMessage(LogLevel.Error, "A mail was not sent: {Capacity} others wait for the mail server. Check that it takes messages.")]
    static partial void LogFull(ILogger logger, int capacity);
}
