namespace Breeze.Core.Storage;

/// <summary>The database is set up in a way that would void the tenant boundary.</summary>
public sealed class DatabaseRoleException(string message) : Exception(message);
