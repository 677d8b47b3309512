using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Breeze.Core.Storage.Migrations;

[DbContext(typeof(BreezeDbContext))]
[Migration("0004_actions")]
public sealed class Actions() : SqlMigration("0004");
