using Breeze.Sdk;
using Breeze.X11;

namespace Breeze.Remote.Consent.X11;

/// <summary>The question: who wants what, how long there is to answer, and two buttons.</summary>
sealed class XQuestion(XConnection display, PersonVisit visit, TimeProvider time)
{
    public const uint AllowColour = 0x1a7f37;
    public const uint DenyColour = 0xb3261e;
    const uint Ink = 0x1f2328;
    const uint Edge = 0x206bc4;
    const int Space = 20;

    /// <summary>A press in the first moment was meant for what was there before.</summary>
    static readonly TimeSpan Blind = TimeSpan.FromMilliseconds(700);

    public async Task<PersonDecision> AskAsync(Action shown, CancellationToken cancellationToken)
    {
        using var sheet = new XSheet(display, XSheet.White);
        var (type, place) = (sheet.Type, XPlace.Of(display));
        string[] lines = [PromptText.Title, PromptText.Who(visit), PromptText.What(visit), PromptText.Left(visit.Patience)];
        var line = type.Height + 8;
        var buttonWidth = Math.Max(type.WidthOf(PromptText.Allow), type.WidthOf(PromptText.Deny)) + 2 * Space;
        var buttonHeight = type.Height + 16;
        var width = Math.Min(place.Width, Math.Max(lines.Max(type.WidthOf), 2 * buttonWidth + Space) + 2 * Space);
        var height = 2 * Space + lines.Length * line + 8 + buttonHeight;
        var top = height - Space - buttonHeight;
        var allow = new XButton(PromptText.Allow, AllowColour, Space, top, buttonWidth, buttonHeight);
        var deny = new XButton(PromptText.Deny, DenyColour, 2 * Space + buttonWidth, top, buttonWidth, buttonHeight);
        sheet.ShowAt(place.X + (place.Width - width) / 2, place.Y + (place.Height - height) / 3, width, height);
        var begun = time.GetTimestamp();
        var isShown = false;
        while (visit.Patience - time.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
        {
            // Until the next full second of those that are left.
            var happened = await sheet.NextAsync(TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds % 1000, 20, 1000)), cancellationToken).ConfigureAwait(false);
            switch (happened?.Kind)
            {
                case XSheetEventKind.Exposed:
                    Draw();
                    if (!isShown)
                    {
                        (isShown, begun) = (true, time.GetTimestamp());
                        shown();
                    }
                    break;
                case XSheetEventKind.Pressed when isShown && time.GetElapsedTime(begun) > Blind:
                    if (allow.Contains(happened.Value.X, happened.Value.Y))
                        return PersonDecision.Allowed;
                    if (deny.Contains(happened.Value.X, happened.Value.Y))
                        return PersonDecision.Denied;
                    break;
                case null or XSheetEventKind.Covered:
                    if (happened is null)
                        Count();
                    sheet.Raise();
                    break;
            }
        }
        return PersonDecision.TimedOut;

        void Draw()
        {
            sheet.Fill(0, 0, width, height, Edge);
            sheet.Fill(2, 2, width - 4, height - 4, XSheet.White);
            for (var i = 0; i < 3; i++)
                sheet.Write(Space, Space + i * line, lines[i], i == 0 ? Edge : Ink, XSheet.White);
            Count();
            sheet.Draw(allow);
            sheet.Draw(deny);
        }

        // One digit less must leave nothing of the longer text.
        void Count()
        {
            sheet.Fill(Space, Space + 3 * line, width - 2 * Space, type.Height, XSheet.White);
            sheet.Write(Space, Space + 3 * line, PromptText.Left(visit.Patience - time.GetElapsedTime(begun)), Ink, XSheet.White);
        }
    }
}
