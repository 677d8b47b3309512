using Breeze.Protocol;

namespace Breeze.Core.Transport;

/// <summary>An agent's open wake channel on this node.</summary>
public interface IWakeChannel
{
    /// <summary>
    /// Hands over a message; never blocks. A <c>wake</c> makes the channel fetch the device's commands from the queue and send them.
    /// </summary>
    void Post(ChannelMessage message);

    /// <summary>Ends the channel soon.</summary>
    void Close();
}
