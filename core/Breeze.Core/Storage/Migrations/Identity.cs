using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Breeze.Core.Storage.Migrations;

[DbContext(typeof(BreezeDbContext))]
[Migration("0002_identity")]
public sealed class Identity() : SqlMigration("0002");
