namespace Breeze.Core.Mail;

/// <summary>Sends mail, later and again if need be; nobody waits for it.</summary>
public interface IMailer
{
    /// <summary>Whether there is a mail server. If not, whoever would be written to is given the link by hand.</summary>
    bool IsConfigured { get; }

    /// <summary>Takes a message to send. False when no mail server is set up, or too many messages wait.</summary>
    bool TrySend(MailMessage message);
}
