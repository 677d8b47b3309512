namespace Breeze.Features.Policies;

/// <summary>A policy to begin with, for those who have none yet.</summary>
/// <param name="Key">In the address of the form that it fills in.</param>
public sealed record PolicyExample(string Key, string Name, string Description, string Target, IReadOnlyList<PolicyCheck> Checks)
{
    public static IReadOnlyList<PolicyExample> All { get; } =
    [
        new("patched", "Patched", "What closes security holes is installed, and in effect.", "", [Check("No security update waits", "updates.security_count = 0"), Check("No restart is due", "not updates.needs_restart")]),
        new("room", "Room to work", "Neither disk nor memory is about to run out.", "", [Check("A tenth of the fullest disk is free", "disk.free_percent >= 10"), Check("Memory is not full", "memory.percent < 95")]),
        new("looked-after", "Looked after", "Servers that check in and were restarted lately.", "tags has \"server\"", [Check("Seen within a day", "last_seen > 1d ago"), Check("Restarted within 60 days", "uptime < 60d")]),
    ];

    static PolicyCheck Check(string name, string condition) => new() { Name = name, Condition = condition };
}
