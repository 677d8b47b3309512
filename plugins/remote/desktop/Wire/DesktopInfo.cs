namespace Breeze.Remote.Desktop.Wire;

/// <summary>What is shown, for the browser.</summary>
/// <param name="Desktop">Where it is.</param>
/// <param name="Monitor">Which of <paramref name="Monitors"/> is shown.</param>
sealed record DesktopInfo(string Desktop, IReadOnlyList<MonitorInfo> Monitors, int Monitor, bool ViewOnly);

/// <summary>A monitor, in its pixels.</summary>
sealed record MonitorInfo(string Name, int Width, int Height);
