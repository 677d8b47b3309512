using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Breeze.Core.Storage.Migrations;

[DbContext(typeof(BreezeDbContext))]
[Migration("0005_lists")]
public sealed class Lists() : SqlMigration("0005");
