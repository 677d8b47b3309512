using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Bell;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Incidents;
using Breeze.Features.Alerting.Notifying;
using Breeze.Features.Alerting.OnCall;
using Breeze.Features.Alerting.Rules;
using Breeze.Features.Alerting.Suppression;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting;

/// <summary>Alerting's part of the database as one principal sees it.</summary>
public sealed class AlertingDbContext(DbContextOptions<AlertingDbContext> options, AccessScope scope) : ScopedDbContext(options, scope)
{
    public DbSet<AlertRule> Rules => Set<AlertRule>();
    public DbSet<AlertRuleVersion> RuleVersions => Set<AlertRuleVersion>();
    public DbSet<Alert> Alerts => Set<Alert>();
    public DbSet<AlertEvent> Events => Set<AlertEvent>();
    public DbSet<AlertAction> Actions => Set<AlertAction>();
    public DbSet<AlertDevice> Devices => Set<AlertDevice>();
    public DbSet<NotificationChannel> Channels => Set<NotificationChannel>();
    public DbSet<NotificationRoute> Routes => Set<NotificationRoute>();
    public DbSet<Notification> Notifications => Set<Notification>();
    public DbSet<MaintenanceWindow> MaintenanceWindows => Set<MaintenanceWindow>();
    public DbSet<Incident> Incidents => Set<Incident>();

    public DbSet<OnCallSchedule> Schedules => Set<OnCallSchedule>();
    public DbSet<OnCallOverride> OnCallOverrides => Set<OnCallOverride>();
    public DbSet<ContactMethod> ContactMethods => Set<ContactMethod>();
    public DbSet<EscalationPolicy> Policies => Set<EscalationPolicy>();
    public DbSet<BellNotice> BellNotices => Set<BellNotice>();
    public DbSet<BellSettings> BellSettings => Set<BellSettings>();

    public static AlertingDbContext Create(Core.Storage.Database database, AccessScope scope) => new(database.Options<AlertingDbContext>(scope), scope);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AlertDevice>(e =>
        {
            e.ToTable("devices", t => t.ExcludeFromMigrations());
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId)) && (AllSites || SiteIds.Contains(x.SiteId))));
        });
        modelBuilder.Entity<AlertRule>(e =>
        {
            e.ToTable("alert_rules");
            e.Property(x => x.Action).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<AlertRuleVersion>(e =>
        {
            e.ToTable("alert_rule_versions");
            e.HasKey(x => new { x.RuleId, x.Version });
            // The database holds the keys; the model needs to know them for the order of its inserts.
            e.HasOne<AlertRule>().WithMany().HasForeignKey(x => x.RuleId);
            e.Property(x => x.Document).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || Rules.Any(r => r.Id == x.RuleId));
        });
        modelBuilder.Entity<Alert>(e =>
        {
            e.ToTable("alerts");
            e.Property(x => x.ShownAt).ValueGeneratedOnAddOrUpdate();
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId!.Value))
                && (AllSites || Devices.Any(d => d.Id == x.DeviceId))));
        });
        modelBuilder.Entity<AlertEvent>(e =>
        {
            e.ToTable("alert_events");
            e.Property(x => x.Detail).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && Alerts.Any(a => a.Id == x.AlertId)));
        });
        modelBuilder.Entity<AlertAction>(e =>
        {
            e.ToTable("alert_actions");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && Alerts.Any(a => a.Id == x.AlertId)));
        });
        modelBuilder.Entity<NotificationChannel>(e =>
        {
            e.ToTable("notification_channels");
            e.Property(x => x.Settings).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<NotificationRoute>(e =>
        {
            e.ToTable("notification_routes");
            e.Property(x => x.Hours).HasColumnType("jsonb");
            e.Property(x => x.Quiet).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<MaintenanceWindow>(e =>
        {
            e.ToTable("maintenance_windows");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<Incident>(e =>
        {
            e.ToTable("incidents");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId!.Value))));
        });
        modelBuilder.Entity<Notification>(e =>
        {
            e.ToTable("notifications");
            e.Property(x => x.Body).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId!.Value))
                && (x.AlertId == null || Alerts.Any(a => a.Id == x.AlertId))));
        });
        modelBuilder.Entity<OnCallSchedule>(e =>
        {
            e.ToTable("on_call_schedules");
            e.Property(x => x.Layers).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<OnCallOverride>(e =>
        {
            e.ToTable("on_call_overrides");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && Schedules.Any(s => s.Id == x.ScheduleId)));
        });
        modelBuilder.Entity<ContactMethod>(e =>
        {
            e.ToTable("contact_methods");
            e.Property(x => x.Recipient).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && x.UserId == UserId));
        });
        modelBuilder.Entity<EscalationPolicy>(e =>
        {
            e.ToTable("escalation_policies");
            e.Property(x => x.Steps).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<BellNotice>(e =>
        {
            e.ToTable("bell_notices");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (x.UserId == null || x.UserId == UserId) && (x.AlertId == null || Alerts.Any(a => a.Id == x.AlertId))));
        });
        modelBuilder.Entity<BellSettings>(e =>
        {
            e.ToTable("bell_settings");
            e.HasKey(x => new { x.PartnerId, x.UserId });
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && x.UserId == UserId));
        });
    }
}
