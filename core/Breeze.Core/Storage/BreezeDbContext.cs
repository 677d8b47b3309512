using Breeze.Core.Auditing;
using Breeze.Core.Devices;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Devices.Views;
using Breeze.Core.Distribution;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Queue;
using Breeze.Core.Remote;
using Breeze.Core.Remote.Consent;
using Breeze.Core.Remote.Recording;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Storage;

/// <summary>The core's part of the database as one principal sees it.</summary>
public sealed class BreezeDbContext(DbContextOptions<BreezeDbContext> options, AccessScope scope) : ScopedDbContext(options, scope)
{
    public DbSet<Partner> Partners => Set<Partner>();
    public DbSet<Organization> Organizations => Set<Organization>();
    public DbSet<Site> Sites => Set<Site>();
    public DbSet<User> Users => Set<User>();
    public DbSet<Role> Roles => Set<Role>();
    public DbSet<PartnerUser> PartnerUsers => Set<PartnerUser>();
    public DbSet<OrganizationUser> OrganizationUsers => Set<OrganizationUser>();
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();
    public DbSet<UserSession> Sessions => Set<UserSession>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<UserPasskey> Passkeys => Set<UserPasskey>();
    public DbSet<PasswordReset> PasswordResets => Set<PasswordReset>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<SsoProvider> SsoProviders => Set<SsoProvider>();
    public DbSet<SsoLink> SsoLinks => Set<SsoLink>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<AccessDenial> AccessDenials => Set<AccessDenial>();
    public DbSet<EnrollmentKey> EnrollmentKeys => Set<EnrollmentKey>();
    public DbSet<Device> Devices => Set<Device>();
    public DbSet<DevicePresence> Presence => Set<DevicePresence>();
    public DbSet<DeviceHardware> Hardware => Set<DeviceHardware>();
    public DbSet<DeviceInventory> Inventory => Set<DeviceInventory>();
    public DbSet<DeviceGroup> DeviceGroups => Set<DeviceGroup>();
    public DbSet<DeviceGroupMember> DeviceGroupMembers => Set<DeviceGroupMember>();
    public DbSet<DeviceGroupChange> DeviceGroupChanges => Set<DeviceGroupChange>();
    public DbSet<DevicePlugin> DevicePlugins => Set<DevicePlugin>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<DeviceCommand> Commands => Set<DeviceCommand>();
    public DbSet<RemoteSession> RemoteSessions => Set<RemoteSession>();
    public DbSet<RemoteConsentRule> RemoteConsent => Set<RemoteConsentRule>();
    public DbSet<RemoteRecording> RemoteRecordings => Set<RemoteRecording>();
    public DbSet<CommandResultRow> CommandResults => Set<CommandResultRow>();
    public DbSet<PluginPackageRow> PluginPackages => Set<PluginPackageRow>();
    public DbSet<InstalledPlugin> Plugins => Set<InstalledPlugin>();
    public DbSet<MetricDefinitionRow> MetricDefinitions => Set<MetricDefinitionRow>();
    public DbSet<BulkAction> BulkActions => Set<BulkAction>();
    public DbSet<BulkActionItem> BulkActionItems => Set<BulkActionItem>();
    public DbSet<AuditEntry> AuditLog => Set<AuditEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Partner>(e =>
        {
            e.ToTable("partners");
            e.HasQueryFilter(x => AllTenants || x.Id == PartnerId);
        });
        modelBuilder.Entity<Organization>(e =>
        {
            e.ToTable("organizations");
            // The database holds the keys; the model needs to know them for the order of its inserts.
            e.HasOne<Partner>().WithMany().HasForeignKey(x => x.PartnerId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || OrganizationIds.Contains(x.Id))));
        });
        modelBuilder.Entity<Site>(e =>
        {
            e.ToTable("sites");
            e.HasOne<Organization>().WithMany().HasForeignKey(x => x.OrganizationId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId)) && (AllSites || SiteIds.Contains(x.Id))));
        });
        ConfigureIdentity(modelBuilder);
        ConfigureSignIn(modelBuilder);
        ConfigureDevices(modelBuilder);
        ConfigureQueue(modelBuilder);
        ConfigurePlatform(modelBuilder);
    }

    void ConfigureIdentity(ModelBuilder modelBuilder)
    {
        // Who may see whom is decided by row-level security, which can follow the memberships.
        modelBuilder.Entity<User>().ToTable("users").Property(x => x.Preferences).HasColumnType("jsonb");
        modelBuilder.Entity<RefreshToken>(e =>
        {
            e.ToTable("refresh_tokens");
            e.HasQueryFilter(x => AllTenants || x.UserId == UserId);
        });
        modelBuilder.Entity<Role>(e =>
        {
            e.ToTable("roles");
            e.HasQueryFilter(x => AllTenants || x.PartnerId == null || x.PartnerId == PartnerId);
        });
        modelBuilder.Entity<PartnerUser>(e =>
        {
            e.ToTable("partner_users");
            e.HasOne<Partner>().WithMany().HasForeignKey(x => x.PartnerId);
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || x.UserId == UserId)));
        });
        modelBuilder.Entity<OrganizationUser>(e =>
        {
            e.ToTable("organization_users");
            e.HasOne<Organization>().WithMany().HasForeignKey(x => x.OrganizationId);
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId))));
        });
        modelBuilder.Entity<EnrollmentKey>(e =>
        {
            e.ToTable("enrollment_keys");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId)) && (AllSites || SiteIds.Contains(x.SiteId))));
        });
    }

    void ConfigureSignIn(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<UserSession>(e =>
        {
            e.ToTable("user_sessions");
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || x.UserId == UserId);
        });
        modelBuilder.Entity<RefreshToken>().HasOne<UserSession>().WithMany().HasForeignKey(x => x.FamilyId);
        modelBuilder.Entity<RecoveryCode>(e =>
        {
            e.ToTable("user_recovery_codes");
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || x.UserId == UserId);
        });
        modelBuilder.Entity<UserPasskey>(e =>
        {
            e.ToTable("user_passkeys");
            e.HasKey(x => x.CredentialId);
            e.Property(x => x.Data).HasColumnType("jsonb");
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || x.UserId == UserId);
        });
        modelBuilder.Entity<PasswordReset>(e =>
        {
            e.ToTable("password_resets");
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || x.UserId == UserId);
        });
        modelBuilder.Entity<Invitation>(e =>
        {
            e.ToTable("invitations");
            e.HasOne<Partner>().WithMany().HasForeignKey(x => x.PartnerId);
            e.HasOne<Role>().WithMany().HasForeignKey(x => x.RoleId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || (x.OrganizationId != null && OrganizationIds.Contains(x.OrganizationId.Value)))));
        });
        modelBuilder.Entity<SsoProvider>(e =>
        {
            e.ToTable("sso_providers");
            e.Property(x => x.RoleMapping).HasColumnType("jsonb");
            e.HasOne<Partner>().WithMany().HasForeignKey(x => x.PartnerId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && AllOrganizations));
        });
        modelBuilder.Entity<SsoLink>(e =>
        {
            e.ToTable("sso_links");
            e.HasKey(x => new { x.ProviderId, x.Subject });
            e.HasOne<SsoProvider>().WithMany().HasForeignKey(x => x.ProviderId);
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || x.UserId == UserId);
        });
        modelBuilder.Entity<ApiKey>(e =>
        {
            e.ToTable("api_keys");
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || x.UserId == UserId)));
        });
        modelBuilder.Entity<AccessDenial>(e =>
        {
            e.ToTable("access_denials");
            e.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && AllOrganizations));
        });
    }

    void ConfigureDevices(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Device>(e =>
        {
            e.ToTable("devices");
            e.Property(x => x.CustomFields).HasColumnType("jsonb");
            e.HasOne(x => x.Presence).WithOne().HasForeignKey<DevicePresence>(x => x.DeviceId).IsRequired(false);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || OrganizationIds.Contains(x.OrganizationId)) && (AllSites || SiteIds.Contains(x.SiteId))));
        });
        modelBuilder.Entity<DevicePresence>(e =>
        {
            e.ToTable("device_presence");
            e.HasKey(x => x.DeviceId);
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<DeviceHardware>(e =>
        {
            e.ToTable("device_hardware");
            e.HasKey(x => x.DeviceId);
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<DeviceInventory>(e =>
        {
            e.ToTable("device_inventory");
            e.HasKey(x => new { x.DeviceId, x.Kind });
            e.Property(x => x.Document).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<DeviceGroup>(e =>
        {
            e.ToTable("device_groups");
            e.HasOne<Partner>().WithMany().HasForeignKey(x => x.PartnerId);
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<DeviceGroupMember>(e =>
        {
            e.ToTable("device_group_members");
            e.HasKey(x => new { x.GroupId, x.DeviceId });
            e.HasOne<DeviceGroup>().WithMany().HasForeignKey(x => x.GroupId);
            e.HasOne<Device>().WithMany().HasForeignKey(x => x.DeviceId);
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<DeviceGroupChange>(e =>
        {
            e.ToTable("device_group_changes");
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<SavedView>(e =>
        {
            e.ToTable("saved_views");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (x.IsShared || x.UserId == UserId)));
        });
        modelBuilder.Entity<DevicePlugin>(e =>
        {
            e.ToTable("device_plugins");
            e.HasKey(x => new { x.DeviceId, x.PluginId });
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
    }

    void ConfigureQueue(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DeviceCommand>(e =>
        {
            e.ToTable("device_commands");
            e.Property(x => x.Payload).HasColumnType("jsonb");
            e.HasOne(x => x.Result).WithOne().HasForeignKey<CommandResultRow>(x => x.CommandId).IsRequired(false);
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<RemoteSession>(e =>
        {
            e.ToTable("remote_sessions");
            e.Property(x => x.Options).HasColumnType("jsonb");
            e.Ignore(x => x.InterruptedAt);
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<RemoteConsentRule>(e =>
        {
            e.ToTable("remote_consent");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (x.OrganizationId == null || AllOrganizations || OrganizationIds.Contains(x.OrganizationId.Value))));
        });
        modelBuilder.Entity<RemoteRecording>(e =>
        {
            e.ToTable("remote_recordings");
            e.HasKey(x => x.SessionId);
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
        modelBuilder.Entity<CommandResultRow>(e =>
        {
            e.ToTable("command_results");
            e.HasKey(x => x.CommandId);
            e.HasQueryFilter(x => AllTenants || Devices.Any(d => d.Id == x.DeviceId));
        });
    }

    void ConfigurePlatform(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BulkAction>(e =>
        {
            e.ToTable("bulk_actions");
            e.Property(x => x.Parameters).HasColumnType("jsonb");
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId && (AllOrganizations || x.UserId == UserId)));
        });
        modelBuilder.Entity<BulkActionItem>(e =>
        {
            e.ToTable("bulk_action_items");
            e.HasKey(x => new { x.ActionId, x.DeviceId });
            e.HasQueryFilter(x => AllTenants || (BulkActions.Any(a => a.Id == x.ActionId) && Devices.Any(d => d.Id == x.DeviceId)));
        });
        modelBuilder.Entity<PluginPackageRow>(e =>
        {
            e.ToTable("plugin_packages");
            e.HasKey(x => x.Hash);
            e.Property(x => x.Manifest).HasColumnType("jsonb");
            e.Property(x => x.Catalog).HasColumnType("jsonb");
        });
        modelBuilder.Entity<InstalledPlugin>(e =>
        {
            e.ToTable("plugins");
            e.Property(x => x.Settings).HasColumnType("jsonb");
        });
        modelBuilder.Entity<MetricDefinitionRow>(e =>
        {
            e.ToTable("metric_definitions");
            e.HasKey(x => x.Name);
        });
        modelBuilder.Entity<AuditEntry>(e =>
        {
            e.ToTable("audit_logs");
            e.Property(x => x.Detail).HasColumnType("jsonb");
            e.Property(x => x.Sequence).ValueGeneratedOnAdd();
            e.HasQueryFilter(x => AllTenants || (x.PartnerId == PartnerId
                && (AllOrganizations || (x.OrganizationId != null && OrganizationIds.Contains(x.OrganizationId.Value)))));
        });
    }
}
