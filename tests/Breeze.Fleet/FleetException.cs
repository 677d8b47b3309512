namespace Breeze.Fleet;

/// <summary>Something that the caller can mend; the message says how.</summary>
sealed class FleetException(string message) : Exception(message);
