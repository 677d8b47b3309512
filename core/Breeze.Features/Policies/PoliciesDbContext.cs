using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Policies;

/// <summary>Policies as one principal sees them.</summary>
public sealed class PoliciesDbContext(DbContextOptions<PoliciesDbContext> options, AccessScope scope) : ScopedDbContext(options, scope)
{
    public DbSet<Policy> Policies => Set<Policy>();

    public static PoliciesDbContext Create(Core.Storage.Database database, AccessScope scope) => new(database.Options<PoliciesDbContext>(scope), scope);

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Policy>(e =>
    {
        e.ToTable("policies");
        e.Property(x => x.Definition).HasColumnType("jsonb");
        // Of two who save at the same moment, one is told.
        e.Property(x => x.Version).IsConcurrencyToken();
        e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
            && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
    });
}
