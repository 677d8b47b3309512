using Breeze.Core.Identity;
using Breeze.Core.Mail;
using Breeze.Web.Hosting;

namespace Breeze.Web.Identity;

/// <summary>The mails about accounts, in words.</summary>
public sealed class AccountMails(IMailer mailer, PublicLinks links)
{
    public bool AreSent => mailer.IsConfigured;

    /// <summary>False when it will not be sent: whoever invited hands the link over.</summary>
    public bool SendInvitation(CreatedInvitation created, string inviter)
    {
        var tenant = OneLine(created.OrganizationName ?? created.PartnerName);
        return mailer.TrySend(new(created.Invitation.Email, $"Your invitation to {tenant} on Breeze",
            $"""
            Hello,

            {OneLine(inviter)} invites you to {tenant} on Breeze. Open this link to accept:

            {links.ForMail(InvitationPath(created.Token))}

            It works once, for {Invitations.Lifetime.TotalDays:0} days. If you did not expect it, you can ignore this mail.
            """));
    }

    public bool SendPasswordReset(User user, string token) => mailer.TrySend(new(user.Email, "Choose a new Breeze password",
        $"""
        Hello {OneLine(user.DisplayName)},

        somebody, probably you, asked for a new password. Open this link to choose one:

        {links.ForMail(ResetPath(token))}

        It works once, for an hour. If it was not you, you can ignore this mail: your password stays as it is.
        """));

    public static string InvitationPath(string token) => $"/invitation/{token}";

    public static string ResetPath(string token) => $"/reset-password/{token}";

    // A name is whatever somebody typed; it must not become a line, or an address that mail programs make a link of.
    static string OneLine(string text) => text.Replace("://", " ", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
