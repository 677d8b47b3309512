namespace Breeze.Core.Mail;

/// <summary>A message in plain text to one person.</summary>
/// <param name="To">Their address.</param>
/// <param name="Subject">In one line.</param>
/// <param name="Text">May hold a link that works as a key: it is never logged.</param>
public sealed record MailMessage(string To, string Subject, string Text);
