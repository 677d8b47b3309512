using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Breeze.Core.Storage;

/// <summary>Brings the database to this version's schema, as its owner. Safe to run on several nodes at once: EF Core locks.</summary>
public sealed class Migrator(Database database)
{
    const int OldestVersion = 17;

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "breeze_migrate", Pooling = false }.ConnectionString;
        await VerifyVersionAsync(connectionString, cancellationToken);
        await CreateRolesAsync(connectionString, cancellationToken);

        var options = new DbContextOptionsBuilder<BreezeDbContext>()
            .UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable("__ef_migrations_history").CommandTimeout(600))
            .UseSnakeCaseNamingConvention()
            // The schema is written in SQL, so there is no model snapshot to compare with; a contract test does that on the live schema.
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning))
            .Options;
        await using var context = new BreezeDbContext(options, AccessScope.System);
        await context.Database.MigrateAsync(cancellationToken);

        await VerifyRolesAsync(cancellationToken);
        await SeedAsync(cancellationToken);
    }

    /// <summary>Text is compared without case by the collation pg_c_utf8, which came with version 17.</summary>
    static async Task VerifyVersionAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < OldestVersion)
        {
            throw new DatabaseRefusedException(
                $"PostgreSQL {connection.PostgreSqlVersion.Major} is too old: Breeze needs version {OldestVersion} or newer. Upgrade the server of DATABASE_URL, or leave DATABASE_URL out to use the embedded one.");
        }
    }

    static async Task CreateRolesAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        foreach (var role in (string[])[Database.AppRole, Database.SystemRole])
        {
            // Roles belong to the cluster, where another database of ours may have made them at this very moment.
            await using var command = new NpgsqlCommand(
                $"""
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
                        CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
                    END IF;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END $$;
                -- Whoever makes a role may grant it, which is not yet the right to become it.
                DO $$ BEGIN
                    SET LOCAL ROLE {role};
                    RESET ROLE;
                EXCEPTION WHEN insufficient_privilege THEN
                    GRANT {role} TO CURRENT_USER;
                END $$;
                """, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Refuses to go on with a role to which row-level security would not apply.</summary>
    async Task VerifyRolesAsync(CancellationToken cancellationToken)
    {
        foreach (var scope in (AccessScope[])[AccessScope.System, AccessScope.None])
        {
            await using var connection = await database.OpenAsync(scope, cancellationToken);
            await using var command = new NpgsqlCommand(
                """
                SELECT current_user, r.rolsuper OR r.rolbypassrls, EXISTS (
                    SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p'))
                FROM pg_roles r WHERE r.rolname = current_user
                """, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (reader.GetBoolean(1) || reader.GetBoolean(2))
            {
                throw new DatabaseRefusedException(
                    $"The database role '{reader.GetString(0)}' is a superuser, bypasses row-level security or owns tables, so tenants would not be kept apart. "
                    + $"Run ALTER ROLE {reader.GetString(0)} NOSUPERUSER NOBYPASSRLS and let the owner of the database own its tables.");
            }
        }
    }

    async Task SeedAsync(CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var existing = await context.Roles.Where(r => r.IsBuiltin).ToDictionaryAsync(r => r.Id, cancellationToken);
        foreach (var role in BuiltInRoles.All)
        {
            if (existing.TryGetValue(role.Id, out var stored))
            {
                stored.Permissions = role.Permissions;
            }
            else
            {
                context.Roles.Add(new Role { Id = role.Id, Name = role.Name, Scope = role.Scope, Permissions = role.Permissions, IsBuiltin = true });
            }
        }
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Another node seeded them first.
        }
    }
}
