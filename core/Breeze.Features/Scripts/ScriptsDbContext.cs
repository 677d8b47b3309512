using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Scripts;

/// <summary>The library of scripts as one principal sees it.</summary>
public sealed class ScriptsDbContext(DbContextOptions<ScriptsDbContext> options, AccessScope scope) : ScopedDbContext(options, scope)
{
    public DbSet<Script> Scripts => Set<Script>();
    public DbSet<ScriptExecution> Executions => Set<ScriptExecution>();
    public DbSet<ScriptDevice> Devices => Set<ScriptDevice>();

    public static ScriptsDbContext Create(Core.Storage.Database database, AccessScope scope) => new(database.Options<ScriptsDbContext>(scope), scope);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ScriptDevice>(e =>
        {
            e.ToTable("devices", t => t.ExcludeFromMigrations());
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId)) && (AllSites || SiteIds.Contains(x.SiteId))));
        });
        modelBuilder.Entity<Script>(e =>
        {
            e.ToTable("scripts");
            e.Property(x => x.Parameters).HasColumnType("jsonb");
            // Of two who save at the same moment, one is told.
            e.Property(x => x.Version).IsConcurrencyToken();
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<ScriptExecution>(e =>
        {
            e.ToTable("script_executions");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId))
                && (AllSites || Devices.Any(d => d.Id == x.DeviceId))));
        });
    }
}
