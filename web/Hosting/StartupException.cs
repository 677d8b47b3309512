namespace Breeze.Web.Hosting;

/// <summary>Breeze cannot start; the message is one line for the person at the console and says what to do.</summary>
public sealed class StartupException(string message) : Exception(message);
