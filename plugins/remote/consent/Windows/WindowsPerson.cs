using System.Runtime.InteropServices;
using Breeze.Sdk;

namespace Breeze.Remote.Consent.Windows;

/// <summary>
/// Whoever is signed in at a Windows session, by message boxes that a service may show there (WTSSendMessage). A box cannot be taken back, so the notice is one that goes by itself after a
/// minute. Written from the documentation; it has not run.
/// </summary>
sealed partial class WindowsPerson : IPerson
{
    const int YesNo = 0x4, OkCancel = 0x1, Question = 0x20, Information = 0x40, SecondIsDefault = 0x100, InFront = 0x40000;
    const int Cancel = 2, Yes = 6, No = 7, TimedOut = 32000;
    const int Active = 0;
    const int UserName = 5;
    const uint NoSession = 0xffffffff;
    static readonly TimeSpan Notice = TimeSpan.FromMinutes(1);

    public async Task<PersonAnswer> AskAsync(PersonVisit visit, IProgress<string> asked, CancellationToken cancellationToken)
    {
        if (Find() is not { } session)
            return new(PersonDecision.Nobody, "Nobody is signed in at this device.");
        asked.Report(PromptText.Name(NameOf(session)));
        var text = $"{PromptText.Who(visit)} {PromptText.What(visit)}\n\nDo you allow it?";
        return new(await SendAsync(session, text, YesNo | Question | SecondIsDefault | InFront, visit.Patience, cancellationToken).ConfigureAwait(false) switch
        {
            Yes => PersonDecision.Allowed,
            TimedOut => PersonDecision.TimedOut,
            _ => PersonDecision.Denied,
        });
    }

    public async Task<bool> ShowAsync(PersonVisit visit, CancellationToken cancellationToken)
    {
        if (Find() is not { } session)
            return false;
        var text = $"{PromptText.Running(visit)}.\n\nCancel ends the session.";
        if (await SendAsync(session, text, OkCancel | Information | InFront, Notice, cancellationToken).ConfigureAwait(false) == Cancel)
            return true;
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>The box stays until it is answered or its time is over, also when nobody waits for it any more.</summary>
    static Task<int> SendAsync(uint session, string text, int style, TimeSpan patience, CancellationToken cancellationToken) => Task.Run(
        () => SendMessage(0, session, PromptText.Title, PromptText.Title.Length * 2, text, text.Length * 2, style, (int)patience.TotalSeconds, out var answer, wait: true) ? answer : No,
        CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>The session at the device's own screen, else one over the network that is in use.</summary>
    static uint? Find()
    {
        var console = ConsoleSession();
        if (console != NoSession && NameOf(console).Length > 0)
            return console;
        if (!EnumerateSessions(0, 0, 1, out var list, out var count))
            return null;
        try
        {
            for (var i = 0; i < count; i++)
            {
                var session = Marshal.PtrToStructure<SessionInfo>(list + i * Marshal.SizeOf<SessionInfo>());
                if (session.State == Active && NameOf(session.Id).Length > 0)
                    return session.Id;
            }
            return null;
        }
        finally
        {
            FreeMemory(list);
        }
    }

    static string NameOf(uint session)
    {
        if (!QueryInformation(0, session, UserName, out var text, out _))
            return "";
        try
        {
            return Marshal.PtrToStringUni(text) ?? "";
        }
        finally
        {
            FreeMemory(text);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    struct SessionInfo
    {
        public uint Id;
        public nint Station;
        public int State;
    }

    [LibraryImport("kernel32", EntryPoint = "WTSGetActiveConsoleSessionId")]
    private static partial uint ConsoleSession();

    [LibraryImport("wtsapi32", EntryPoint = "WTSEnumerateSessionsW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool EnumerateSessions(nint server, int reserved, int version, out nint sessions, out int count);

    [LibraryImport("wtsapi32", EntryPoint = "WTSQuerySessionInformationW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryInformation(nint server, uint session, int kind, out nint text, out int bytes);

    [LibraryImport("wtsapi32", EntryPoint = "WTSSendMessageW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SendMessage(
        nint server, uint session, string title, int titleBytes, string text, int textBytes, int style, int seconds, out int answer, [MarshalAs(UnmanagedType.Bool)] bool wait);

    [LibraryImport("wtsapi32", EntryPoint = "WTSFreeMemory")]
    private static partial void FreeMemory(nint memory);
}
