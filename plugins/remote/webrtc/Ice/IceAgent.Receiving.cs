using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Ice;

/// <summary>What comes in: data for the layer above, and STUN for the check lists.</summary>
sealed partial class IceAgent
{
    void OnDatagram(IIceTransport transport, IcePeer from, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length == 0)
        {
            return;
        }
        // RFC 7983: the first byte tells what shares the port.
        if (datagram[0] is >= 20 and <= 63)
        {
            if (Trusts(transport, from))
            {
                Received?.Invoke(datagram);
            }
        }
        else if (StunMessage.TryParse(datagram, out var message) && message.Method == StunMethod.Binding)
        {
            OnStun(transport, from, message);
        }
    }

    bool Trusts(IIceTransport transport, IcePeer from)
    {
        if (_selected is { } pair && pair.Transport == transport && pair.Peer.EndPoint.Equals(from.EndPoint))
        {
            return true;
        }
        lock (_sync)
        {
            return _session.Trusts(transport, from.EndPoint) || _previous?.Trusts(transport, from.EndPoint) == true;
        }
    }

    void OnStun(IIceTransport transport, IcePeer from, StunMessage message)
    {
        if (message.Class == StunClass.Request)
        {
            // The part before the colon names the session whose password must have signed it.
            var fragment = message.Text(StunAttribute.Username, (2 * IceCredentials.Max) + 1)?.Split(':')[0];
            Change(() =>
            {
                var session = fragment == _session.Local.Fragment ? _session : fragment == _previous?.Local.Fragment ? _previous : null;
                session?.HandleRequest(message, transport, from);
            });
        }
        else if (!_gatherer.Deliver(message))
        {
            Change(() => (_session.Knows(message.Id) ? _session : _previous)?.HandleResponse(message, transport, from));
        }
    }
}
