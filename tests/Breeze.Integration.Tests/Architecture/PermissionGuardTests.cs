using System.Reflection;
using Breeze.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Architecture;

/// <summary>The check that keeps a server from starting with an endpoint that nobody thought about.</summary>
public sealed class PermissionGuardTests
{
    static readonly Action<IEnumerable<EndpointDataSource>> Check = Assembly.LoadFrom(Path.Combine(RepositoryPaths.Output("Breeze.Web"), "breeze.dll"))
        .GetType("Breeze.Web.Identity.PermissionGuard", throwOnError: true)!.GetMethod("Check")!.CreateDelegate<Action<IEnumerable<EndpointDataSource>>>();

    [Fact]
    public void An_endpoint_that_declares_nothing_stops_the_start() =>
        Should.Throw<Exception>(() => Check([Source("/forgotten")])).Message.ShouldContain("/forgotten");

    [Fact]
    public void An_endpoint_that_says_it_is_for_everybody_does_not() => Should.NotThrow(() => Check([Source("/open", new AllowAnonymousAttribute())]));

    static DefaultEndpointDataSource Source(string pattern, params object[] metadata)
    {
        var builder = new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0) { DisplayName = pattern };
        foreach (var item in metadata)
        {
            builder.Metadata.Add(item);
        }
        return new DefaultEndpointDataSource(builder.Build());
    }
}
