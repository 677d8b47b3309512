using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Breeze.Core.Storage.Migrations;

[DbContext(typeof(BreezeDbContext))]
[Migration("0003_fleet")]
public sealed class Fleet() : SqlMigration("0003");
