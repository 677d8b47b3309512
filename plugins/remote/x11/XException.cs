namespace Breeze.X11;

/// <summary>The display refused something, or is gone.</summary>
sealed class XException(string message) : IOException(message);
