using System.Text;
using Breeze.Core.Transport;

namespace Breeze.Core.Events;

/// <summary>Tells the open pages what became of devices and commands. Only states and ids go out; a page reads the rest under its own scope.</summary>
public sealed class DeviceEvents(EventBus bus, AgentDirectory directory)
{
    public void StatusChanged(Guid deviceId, string status)
    {
        if (directory.Find(deviceId) is { } agent)
        {
            agent.Status = status;
            Publish(agent, status);
        }
    }

    /// <summary>The wake channel opened or closed.</summary>
    public void LiveChannelChanged(AgentEntry agent, bool open) => Publish(agent, open ? "live" : "not-live");

    public void CommandChanged(Guid commandId, Guid deviceId, string status)
    {
        var message = Encoding.UTF8.GetBytes($$"""{"type":"status","command_id":"{{commandId}}","status":"{{status}}"}""");
        bus.Publish(Topics.Command(commandId), message);
        bus.Publish(Topics.DeviceState(deviceId), message);
    }

    void Publish(AgentEntry agent, string state)
    {
        var message = Encoding.UTF8.GetBytes($$"""{"type":"device","device_id":"{{agent.DeviceId}}","state":"{{state}}"}""");
        bus.Publish(Topics.DeviceState(agent.DeviceId), message);
        bus.Publish(Topics.PartnerDevices(agent.PartnerId), message);
    }
}
