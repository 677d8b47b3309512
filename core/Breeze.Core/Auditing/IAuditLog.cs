using Breeze.Core.Tenancy;

namespace Breeze.Core.Auditing;

/// <summary>Records who did what. Append-only; the database chains the entries.</summary>
public interface IAuditLog
{
    /// <param name="scope">Who acts.</param>
    /// <param name="record">What was done. No secrets.</param>
    /// <param name="cancellationToken">Does not cancel the write: what was done is recorded, whoever still waits for the answer.</param>
    Task WriteAsync(AccessScope scope, AuditRecord record, CancellationToken cancellationToken);
}
