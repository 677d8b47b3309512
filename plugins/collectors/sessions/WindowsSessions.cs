using System.Runtime.InteropServices;

namespace Breeze.Collectors.Sessions;

/// <summary>Asks the Remote Desktop Services interface, which knows the console too. Written from its documentation; it has not run.</summary>
sealed partial class WindowsSessions : ISessionReader
{
    enum Info
    {
        UserName = 5,
        DomainName = 7,
        ClientAddress = 14,
        ClientProtocolType = 16,
        SessionInfo = 24,
    }

    public ValueTask<IReadOnlyList<SessionInfo>> ReadAsync(CancellationToken cancellationToken)
    {
        var sessions = new List<SessionInfo>();
        if (WTSEnumerateSessions(0, 0, 1, out var first, out var count))
        {
            for (var index = 0; index < count; index++)
            {
                var session = Marshal.PtrToStructure<Session>(first + (index * Marshal.SizeOf<Session>()));
                var user = Text(session.Id, Info.UserName);
                if (user.Length > 0)
                    sessions.Add(Describe(session.Id, user, Text(session.Id, Info.DomainName), session.State, Short(session.Id, Info.ClientProtocolType), Logon(session.Id)));
            }
            WTSFreeMemory(first);
        }
        return ValueTask.FromResult<IReadOnlyList<SessionInfo>>(sessions);
    }

    /// <summary>States as WTS_CONNECTSTATE_CLASS numbers them; protocol 0 is the console, 2 is RDP.</summary>
    public static SessionInfo Describe(int id, string user, string domain, int state, int protocol, long logonFileTime) => new(
        $"{id}", domain.Length > 0 ? $@"{domain}\{user}" : user, protocol == 0 ? "console" : "remote",
        state switch { 0 or 1 or 2 or 3 => "active", 5 => "idle", _ => "disconnected" },
        logonFileTime > 0 ? DateTimeOffset.FromFileTime(logonFileTime).ToUniversalTime() : null, null);

    static string Text(int session, Info info)
    {
        if (!WTSQuerySessionInformation(0, session, info, out var buffer, out _))
            return "";
        var text = Marshal.PtrToStringUni(buffer) ?? "";
        WTSFreeMemory(buffer);
        return text;
    }

    static int Short(int session, Info info)
    {
        if (!WTSQuerySessionInformation(0, session, info, out var buffer, out var length))
            return 0;
        var number = length >= 2 ? Marshal.ReadInt16(buffer) : 0;
        WTSFreeMemory(buffer);
        return number;
    }

    /// <summary>WTSINFOW ends with four times: connect, disconnect, last input, logon; then the current one.</summary>
    static long Logon(int session)
    {
        if (!WTSQuerySessionInformation(0, session, Info.SessionInfo, out var buffer, out var length))
            return 0;
        var time = length >= 16 ? Marshal.ReadInt64(buffer, length - 16) : 0;
        WTSFreeMemory(buffer);
        return time;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Session
    {
        public int Id;
        public nint StationName;
        public int State;
    }

    [LibraryImport("wtsapi32.dll", EntryPoint = "WTSEnumerateSessionsW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WTSEnumerateSessions(nint server, int reserved, int version, out nint sessions, out int count);

    [LibraryImport("wtsapi32.dll", EntryPoint = "WTSQuerySessionInformationW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WTSQuerySessionInformation(nint server, int session, Info info, out nint buffer, out int bytes);

    [LibraryImport("wtsapi32.dll")]
    private static partial void WTSFreeMemory(nint memory);
}
