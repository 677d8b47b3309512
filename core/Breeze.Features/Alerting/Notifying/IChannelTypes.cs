namespace Breeze.Features.Alerting.Notifying;

/// <summary>The kinds of channels that there are.</summary>
public interface IChannelTypes
{
    IReadOnlyList<ChannelType> List();

    /// <summary>Null when no active plugin provides it.</summary>
    ChannelType? Find(string type);
}
