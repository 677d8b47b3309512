using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Breeze.Core.Storage.Migrations;

[DbContext(typeof(BreezeDbContext))]
[Migration("0001_foundation")]
public sealed class Foundation() : SqlMigration("0001");
