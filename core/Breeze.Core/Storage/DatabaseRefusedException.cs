namespace Breeze.Core.Storage;

/// <summary>The database will not do: it is too old, or set up in a way that would void the tenant boundary.</summary>
public sealed class DatabaseRefusedException(string message) : Exception(message);
