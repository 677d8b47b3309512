namespace Breeze.Remote.Desktop;

/// <summary>There is no desktop that could be shown; the words are for the technician.</summary>
sealed class DesktopUnavailableException(string message) : IOException(message);
