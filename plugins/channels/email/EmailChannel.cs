using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Breeze.Sdk;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Breeze.Channels.Email;

/// <summary>Hands one message for all recipients to a mail server.</summary>
sealed partial class EmailChannel() : Channel("email", "E-mail")
{
    const int LastRefusalInPassing = 499;

    public override async ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var (server, port) = (settings.Needed("host"), settings.Number("port", 587));
        var security = settings.Text("security") switch { "tls" => SecureSocketOptions.SslOnConnect, "none" => SecureSocketOptions.None, _ => SecureSocketOptions.StartTls };
        var from = Address(settings.Needed("from"), "from");
        var recipients = settings.Texts("recipients").Select(text => Address(text, "recipients")).ToList();
        if (recipients.Count == 0)
            throw new SettingException("The setting 'recipients' is empty: enter at least one address.");
        using var authority = Authority(settings);
        using var message = AlertMail.Write(alert, from, recipients);
        try
        {
            await using var stream = await host.ConnectAsync(server, port, cancellationToken).ConfigureAwait(false);
            using var client = new PatientSmtpClient(authority);
            await client.ConnectAsync(stream, server, port, security, cancellationToken).ConfigureAwait(false);
            if (settings.Text("user") is { } user)
                await client.AuthenticateAsync(user, settings.Text("password") ?? "", cancellationToken).ConfigureAwait(false);
            await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if (client.Refused > 0)
                LogRefused(host.Logger, client.Refused, recipients.Count);
            await QuitAsync(client, cancellationToken).ConfigureAwait(false);
            return DeliveryResult.Delivered;
        }
        catch (Exception e) when (Judge(e) is { } result && !cancellationToken.IsCancellationRequested)
        {
            return result;
        }
    }

    /// <summary>The message is taken: what goes wrong now must not have it sent again.</summary>
    static async ValueTask QuitAsync(PatientSmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ProtocolException or CommandException or OperationCanceledException)
        {
        }
    }

    static DeliveryResult? Judge(Exception e) => e switch
    {
        ForbiddenAddressException => DeliveryResult.Reject(e.Message),
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: <= (SmtpStatusCode)LastRefusalInPassing } } => DeliveryResult.Retry("The mail server lets nobody in at the moment."),
        AuthenticationException => DeliveryResult.Reject("The mail server does not let us in: check the user name and the password in the channel's settings."),
        SmtpCommandException { StatusCode: <= (SmtpStatusCode)LastRefusalInPassing } busy => DeliveryResult.Retry($"The mail server does not take the message at the moment ({(int)busy.StatusCode})."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted } => DeliveryResult.Reject("The mail server does not let us send from this address: check the sender and the user name in the channel's settings."),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } => DeliveryResult.Reject("The mail server takes none of the recipients: check them in the channel's settings."),
        SmtpCommandException refusal => DeliveryResult.Reject($"The mail server refuses the message ({(int)refusal.StatusCode}): check the channel's settings."),
        SslHandshakeException => DeliveryResult.Retry("No encrypted connection to the mail server comes about: check the port, the encryption and its certificate in the channel's settings."),
        NotSupportedException => DeliveryResult.Reject("The mail server does not offer what the channel's settings ask for: check the encryption and the user name."),
        OperationCanceledException or TimeoutException => DeliveryResult.Retry("The mail server did not answer in time."),
        ProtocolException => DeliveryResult.Retry("The mail server broke off: check the port and the encryption in the channel's settings."),
        IOException => DeliveryResult.Retry("The mail server cannot be reached: check its name and port in the channel's settings."),
        _ => null,
    };

    /// <summary>One address, and no header beside it.</summary>
    static MailboxAddress Address(string text, string setting) =>
        !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var address) && address.Address.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && at < address.Address.Length - 1
            ? address
            : throw new SettingException($"In the setting '{setting}' there is something that is no mail address: correct it in the channel's settings.");

    static X509Certificate2? Authority(Settings settings)
    {
        if (settings.Text("authority") is not { } pem)
            return null;
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw new SettingException("The setting 'authority' is no certificate: paste it with its lines BEGIN CERTIFICATE and END CERTIFICATE.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "A mail server refused {Refused} of {Count} recipients of an alert; the others got it.")]
    static partial void LogRefused(ILogger logger, int refused, int count);
}
