using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MimeKit;

namespace Breeze.Channels.Email;

/// <summary>Sends to those whom the server takes, and trusts an authority of the operator's own.</summary>
sealed class PatientSmtpClient : SmtpClient
{
    readonly X509Certificate2? _authority;

    public PatientSmtpClient(X509Certificate2? authority)
    {
        _authority = authority;
        // Fetching a list from wherever the certificate says would be a way around the host's guard.
        CheckCertificateRevocation = false;
        Timeout = 20_000;
    }

    public int Refused { get; private set; }

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        // What the server takes later is tried again as a whole.
        if ((int)response.StatusCode < 500)
            base.OnRecipientNotAccepted(message, mailbox, response);
        Refused++;
    }

    protected override void OnNoRecipientsAccepted(MimeMessage message) =>
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, SmtpStatusCode.MailboxUnavailable, "None of the recipients was accepted.");

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        var options = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        // Certificates name addresses to fetch others from, which nobody would guard.
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (_authority is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.Add(_authority);
        }
        options.CertificateChainPolicy = policy;
        return options;
    }
}
