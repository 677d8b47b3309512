using System.Net;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Tests.Ice;

/// <summary>One check list without a network: what it sends is caught, what it gets is made here.</summary>
public sealed class IceSessionTests
{
    static readonly IceCredentials Theirs = IceCredentials.Create();

    readonly Caught _transport = new();
    readonly Clock _time = new();
    readonly IceRole _role = new() { TieBreaker = 1000 };
    readonly List<IcePair> _selected = [];
    readonly IceSession _session;

    public IceSessionTests()
    {
        _session = new(_role, TwoAgents.Options(), _time, _selected.Add);
        _session.AddLocal(new("1", 1000, _transport.LocalEndPoint, IceCandidateType.Host), _transport);
    }

    static IcePeer Peer(int port) => new(new(IPAddress.Loopback, port));

    StunBuilder Request(StunAttribute role = StunAttribute.IceControlling, ulong tieBreaker = 1) =>
        new StunBuilder(StunClass.Request, StunMethod.Binding, StunTransactionId.Create())
            .Add(StunAttribute.Username, $"{_session.Local.Fragment}:{Theirs.Fragment}").Add(StunAttribute.Priority, 77).Add(role, tieBreaker);

    void Receive(StunBuilder request, int port = 1)
    {
        StunMessage.TryParse(request.Sign(_session.Local.Key).Fingerprint().Build(), out var message).ShouldBeTrue();
        _session.HandleRequest(message, _transport, Peer(port));
    }

    /// <summary>The peer answers all checks that were sent to a port.</summary>
    void Answer(int port)
    {
        _session.Tick();
        foreach (var (check, to) in _transport.Sent.Where(s => s.Message.Class == StunClass.Request && s.To.EndPoint.Port == port).ToList())
        {
            var answer = new StunBuilder(StunClass.Success, StunMethod.Binding, check.Id).Add(StunAttribute.XorMappedAddress, _transport.LocalEndPoint).Sign(Theirs.Key).Fingerprint();
            StunMessage.TryParse(answer.Build(), out var message).ShouldBeTrue();
            _session.HandleResponse(message, _transport, to);
        }
    }

    [Fact]
    public void A_flood_of_addresses_is_bounded()
    {
        _session.SetRemote(Theirs);
        for (var port = 1; port <= 1000; port++)
        {
            Receive(Request(), port);
            _session.AddRemote(new("9", 5, new(IPAddress.Parse("127.0.0.9"), port), IceCandidateType.Host));
        }
        _session.Pairs.Count.ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public void A_flood_of_early_checks_is_bounded()
    {
        for (var port = 1; port <= 1000; port++)
        {
            Receive(Request(), port);
        }
        _session.SetRemote(Theirs);
        _session.Pairs.Count.ShouldBeLessThanOrEqualTo(16);
    }

    [Fact]
    public void The_latest_nomination_is_followed()
    {
        _session.SetRemote(Theirs);
        Receive(Request().Add(StunAttribute.UseCandidate), port: 1);
        _selected.ShouldBeEmpty();
        Answer(port: 1);
        _selected.Last().Remote.EndPoint.Port.ShouldBe(1);
        _time.Now += TwoAgents.Usual.Pace.Ticks;
        Receive(Request().Add(StunAttribute.UseCandidate), port: 2);
        Answer(port: 2);
        _selected.Last().Remote.EndPoint.Port.ShouldBe(2);
        Receive(Request().Add(StunAttribute.UseCandidate), port: 1);
        _selected.Last().Remote.EndPoint.Port.ShouldBe(1);
        _session.State.ShouldBe(IceState.Connected);
    }

    [Fact]
    public void A_pair_lives_by_consent_and_fails_without()
    {
        _session.SetRemote(Theirs);
        Receive(Request().Add(StunAttribute.UseCandidate), port: 1);
        for (var second = 0; second < 60; second++)
        {
            Answer(port: 1);
            _transport.Sent.Clear();
            _time.Now += TimeSpan.TicksPerSecond;
        }
        _session.State.ShouldBe(IceState.Connected);
        _time.Now += TwoAgents.Usual.DisconnectedAfter.Ticks;
        _session.Tick();
        _session.State.ShouldBe(IceState.Disconnected);
        Answer(port: 1);
        _session.Tick();
        _session.State.ShouldBe(IceState.Connected);
        _time.Now += TwoAgents.Usual.FailedAfter.Ticks;
        _session.Tick();
        (_session.State, _session.Selected).ShouldBe((IceState.Failed, null));
        // Without consent not even a proper answer brings it back: that takes a restart.
        Answer(port: 1);
        _session.State.ShouldBe(IceState.Failed);
    }

    [Fact]
    public void An_answer_from_elsewhere_or_with_another_key_counts_for_nothing()
    {
        _session.SetRemote(Theirs);
        Receive(Request().Add(StunAttribute.UseCandidate));
        _session.Tick();
        var check = _transport.Sent.Last(s => s.Message.Class == StunClass.Request).Message;
        foreach (var (key, port) in new[] { (new byte[] { 1 }, 1), (Theirs.Key, 2) })
        {
            StunMessage.TryParse(new StunBuilder(StunClass.Success, StunMethod.Binding, check.Id).Sign(key).Fingerprint().Build(), out var answer).ShouldBeTrue();
            _session.HandleResponse(answer, _transport, Peer(port));
        }
        _selected.ShouldBeEmpty();
    }

    [Fact]
    public void What_must_be_understood_and_is_not_is_refused()
    {
        _session.SetRemote(Theirs);
        Receive(Request().Add((StunAttribute)0x7777, 1));
        var answer = _transport.Sent.Single().Message;
        answer.Error.ShouldBe(420);
        answer.Get(StunAttribute.UnknownAttributes).ToArray().ShouldBe([0x77, 0x77]);
        _session.Pairs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, 1, 487, true)]
    [InlineData(true, 2000, null, false)]
    [InlineData(false, 1, null, true)]
    [InlineData(false, 2000, 487, false)]
    public void Who_has_the_larger_number_controls(bool controlling, ulong theirNumber, int? error, bool controllingAfter)
    {
        _role.Controlling = controlling;
        _session.SetRemote(Theirs);
        Receive(Request(controlling ? StunAttribute.IceControlling : StunAttribute.IceControlled, theirNumber));
        _transport.Sent[0].Message.Error.ShouldBe(error);
        _role.Controlling.ShouldBe(controllingAfter);
    }

    sealed class Clock : TimeProvider
    {
        public long Now { get; set; } = TimeSpan.TicksPerHour;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }

    sealed class Caught : IIceTransport
    {
        public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 9);
        public List<(StunMessage Message, IcePeer To)> Sent { get; } = [];

        public bool Send(ReadOnlySpan<byte> datagram, IcePeer to)
        {
            StunMessage.TryParse(datagram, out var message).ShouldBeTrue();
            Sent.Add((message, to));
            return true;
        }

        public void Prefer(IcePeer peer)
        {
        }
    }
}
