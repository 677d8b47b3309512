namespace Breeze.Agent.Cli;

/// <summary>Part of the interface: scripts rely on them.</summary>
static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int InUse = 2;
    public const int NotRunning = 3;
    public const int NotEnrolled = 4;
    public const int NoContact = 5;
}
