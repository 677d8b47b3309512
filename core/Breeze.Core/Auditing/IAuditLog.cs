using Breeze.Core.Tenancy;

namespace Breeze.Core.Auditing;

/// <summary>Records who did what. Append-only; the database chains the entries.</summary>
public interface IAuditLog
{
    /// <param name="scope">Who acts.</param>
    /// <param name="record">What was done. No secrets.</param>
    /// <param name="cancellationToken">Cancels the write, not the deed: record before answering.</param>
    Task WriteAsync(AccessScope scope, AuditRecord record, CancellationToken cancellationToken);
}
