namespace Breeze.Embedded;

/// <summary>Somebody took the port between our look and the server's start.</summary>
sealed class PortTakenException() : Exception("The port was taken.");
