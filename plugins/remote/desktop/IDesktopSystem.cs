namespace Breeze.Remote.Desktop;

/// <summary>What differs between operating systems.</summary>
interface IDesktopSystem
{
    /// <summary>Opens the desktop of whoever is signed in; throws a <see cref="DesktopUnavailableException"/> that says what is missing.</summary>
    IDesktop Open(DesktopSettings settings);
}
