using Breeze.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
