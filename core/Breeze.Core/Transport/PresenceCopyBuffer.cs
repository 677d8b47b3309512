using Breeze.Core.Storage;

namespace Breeze.Core.Transport;

/// <summary>Rows of <see cref="PresenceTable"/>'s temporary table.</summary>
sealed class PresenceCopyBuffer : BinaryCopyBuffer
{
    public void Add(Guid deviceId, in Presence presence)
    {
        Row(8);
        Add(deviceId);
        AddTime(presence.AtMs);
        Add(presence.AgentStatus);
        Add(presence.Address);
        AddOrNull(presence.Figures.Cpu);
        AddOrNull(presence.Figures.Memory);
        AddOrNull(presence.Figures.Disk);
        if (presence.Figures.BootedAtMs > 0)
        {
            AddTime(presence.Figures.BootedAtMs);
        }
        else
        {
            Null();
        }
    }
}
