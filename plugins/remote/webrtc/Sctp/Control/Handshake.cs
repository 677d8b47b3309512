using System.Buffers.Binary;
using System.Security.Cryptography;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp.Control;

/// <summary>
/// Sets the association up (RFC 9260, 5). With WebRTC both sides begin at once, so that an INIT meeting an INIT is the usual case: each
/// answers with the tag that it has sent already, and whichever cookie comes back first establishes the association.
/// </summary>
sealed class Handshake
{
    const int MaxQuickRestarts = 3;

    readonly AssociationCore core;
    readonly SctpOptions options;
    readonly byte[] cookieKey = RandomNumberGenerator.GetBytes(32);
    readonly RetryTimer timer = new();
    byte[] cookieToEcho = [];
    int staleCookies;

    public Handshake(AssociationCore core, SctpOptions options, int window)
    {
        this.core = core;
        this.options = options;
        var features = options.Interleaving ? Features.All : Features.All & ~Features.Interleaving;
        Local = new InitChunk(RandomTag(), (uint)window, ushort.MaxValue, ushort.MaxValue, options.InitialTsn ?? RandomTag(), features);
    }

    /// <summary>What we have announced.</summary>
    public InitChunk Local { get; }

    /// <summary>What the peer has announced, once it is known.</summary>
    public InitChunk Peer { get; private set; }
    public TimeSpan Due => timer.Due;

    public void Start(TimeSpan now)
    {
        SendInit();
        timer.Start(now, options.InitialTimeout);
    }

    /// <summary>Answers an INIT without remembering anything of it.</summary>
    public void OnInit(ReadOnlySpan<byte> value, TimeSpan now)
    {
        Span<byte> reports = stackalloc byte[512];
        var unknown = new ParameterWriter(reports);
        if (!InitChunk.TryParse(value, out var peer, out _, ref unknown))
        {
            return;
        }
        var setUp = core.State is AssociationState.CookieWait or AssociationState.CookieEchoed;
        var local = setUp ? Local : Local with { Tag = RandomTag(), Tsn = RandomTag() };
        var ties = core.State != AssociationState.CookieWait;
        var cookie = new StateCookie(local, peer, ties ? Local.Tag : 0, ties ? Peer.Tag : 0, now);

        Span<byte> answer = stackalloc byte[1024];
        var length = local.Write(answer);
        var parameters = new ParameterWriter(answer[length..]);
        parameters.TryAdd(ParameterType.StateCookie, StateCookie.Size, out var place);
        cookie.Write(place, cookieKey);
        length += parameters.Length;
        unknown.Written.CopyTo(answer[length..]);
        core.SendAlone(ChunkType.InitAck, 0, answer[..(length + unknown.Length)], peer.Tag);
    }

    public void OnInitAck(ReadOnlySpan<byte> value, TimeSpan now)
    {
        if (core.State != AssociationState.CookieWait)
        {
            return;
        }
        Span<byte> reports = stackalloc byte[512];
        var unknown = new ParameterWriter(reports);
        if (!InitChunk.TryParse(value, out var peer, out var cookie, ref unknown) || cookie.IsEmpty)
        {
            core.Fail("The peer answered the association's first packet with something malformed.", ErrorCause.ProtocolViolation);
            return;
        }
        Peer = peer;
        cookieToEcho = cookie.ToArray();
        core.State = AssociationState.CookieEchoed;
        core.SendAlone(ChunkType.CookieEcho, 0, cookieToEcho, Peer.Tag);
        if (unknown.Length > 0)
        {
            core.SendAlone(ChunkType.Error, 0, unknown.Written, Peer.Tag);
        }
        timer.Start(now, options.InitialTimeout);
    }

    /// <summary>The cases of RFC 9260, 5.2.4: by the tags in the cookie it is ours, ours again, a new peer's, or an old one.</summary>
    public void OnCookieEcho(ReadOnlySpan<byte> value, uint packetTag, TimeSpan now)
    {
        if (!StateCookie.TryRead(value, cookieKey, out var cookie) || packetTag != cookie.Local.Tag)
        {
            return;
        }
        var settingUp = core.State is AssociationState.CookieWait or AssociationState.CookieEchoed;
        if (cookie.Local.Tag == Local.Tag && cookie.Peer.Tag == Peer.Tag && !settingUp)
        {
            core.SendAlone(ChunkType.CookieAck, 0, [], Peer.Tag);
        }
        else if (now - cookie.MadeAt > options.CookieLifetime)
        {
            Span<byte> cause = stackalloc byte[8];
            var causes = new ParameterWriter(cause);
            causes.TryAdd(ErrorCause.StaleCookie, 4, out var staleness);
            var late = now - cookie.MadeAt - options.CookieLifetime;
            BinaryPrimitives.WriteUInt32BigEndian(staleness, (uint)Math.Min(late.TotalMicroseconds, uint.MaxValue));
            core.SendAlone(ChunkType.Error, 0, causes.Written, cookie.Peer.Tag);
        }
        else if (cookie.Local.Tag == Local.Tag && settingUp)
        {
            Peer = cookie.Peer;
            core.SendAlone(ChunkType.CookieAck, 0, [], Peer.Tag);
            Finish(now);
        }
        else if (cookie.LocalTie == Local.Tag && cookie.PeerTie == Peer.Tag)
        {
            core.Fail("The peer has begun a new association on the same connection.", ErrorCause.UserInitiatedAbort);
        }
    }

    public void OnCookieAck(TimeSpan now)
    {
        if (core.State == AssociationState.CookieEchoed)
        {
            Finish(now);
        }
    }

    /// <summary>The peer found its cookie too old: begins again, a few times at once, then at the pace of the timer.</summary>
    public void OnStaleCookie(TimeSpan now)
    {
        if (core.State != AssociationState.CookieEchoed)
        {
            return;
        }
        core.State = AssociationState.CookieWait;
        Peer = default;
        if (++staleCookies <= MaxQuickRestarts)
        {
            SendInit();
            timer.Start(now, options.InitialTimeout);
        }
    }

    public void OnTime(TimeSpan now)
    {
        if (!timer.HasExpired(now, Interval))
        {
            return;
        }
        if (timer.Expired > options.MaxHandshakeRetransmissions)
        {
            core.Fail("The peer did not answer when the association was set up.", cause: null);
        }
        else if (core.State == AssociationState.CookieWait)
        {
            SendInit();
        }
        else
        {
            core.SendAlone(ChunkType.CookieEcho, 0, cookieToEcho, Peer.Tag);
        }
    }

    void Finish(TimeSpan now)
    {
        timer.Stop();
        cookieToEcho = [];
        core.Establish(now);
    }

    void SendInit()
    {
        Span<byte> value = stackalloc byte[64];
        core.SendAlone(ChunkType.Init, 0, value[..Local.Write(value)], 0);
    }

    TimeSpan Interval(int expired)
    {
        var interval = options.InitialTimeout * Math.Pow(2, Math.Min(expired, 8));
        var most = TimeSpan.FromSeconds(2);
        return interval > most ? most : interval;
    }

    static uint RandomTag()
    {
        while (true)
        {
            var tag = BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(4));
            if (tag != 0)
            {
                return tag;
            }
        }
    }
}
