namespace Breeze.Sdk;

/// <summary>
/// A connection that the host does not make, because the address is not of the internet and no administrator has allowed it. Trying again does
/// not help.
/// </summary>
/// <param name="message">What was refused and who can allow it, for people.</param>
public sealed class ForbiddenAddressException(string message) : IOException(message);
