namespace Breeze.Embedded;

/// <summary>An embedded server cannot run here; the message is one line for the person at the console and says what to do.</summary>
public sealed class EmbeddedServerException(string message, Exception? inner = null) : Exception(message, inner);
