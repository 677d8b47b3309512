using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Breeze.Core.Storage.Migrations;

/// <summary>
/// A migration whose text is SQL in files beside it. Partitions, policies, grants and triggers are half of our schema and have no other form;
/// a test compares the result with EF Core's model.
/// </summary>
public abstract class SqlMigration(string prefix) : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(n => n.StartsWith($"Breeze.Sql.{prefix}_", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        foreach (var name in names)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            migrationBuilder.Sql(reader.ReadToEnd());
        }
    }
}
