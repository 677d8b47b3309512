using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(SharedServer))]
