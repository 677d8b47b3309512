namespace Breeze.Features.Alerting.Notifying;

/// <summary>The kinds of channels that there are.</summary>
public interface IChannelTypes
{
    IReadOnlyList<ChannelType> List();

    /// <summary>Null when no active plugin provides it.</summary>
    ChannelType? Find(string type);

    /// <summary>Whether each alert is told by itself on such a channel. Of a type that no plugin provides at this moment nothing is merged: it may be one of them.</summary>
    bool IsToldApart(string type) => Find(type)?.KeepsAlertsOpen ?? true;
}
