using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Tenancy;
using Breeze.Integration.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Security;

/// <summary>
/// Walks the route table of the running server: every endpoint, as every kind of person, on ids of their own, of another organization, of another company
/// and of nothing at all. What is not there and what one may not know of must not be told apart.
/// </summary>
public sealed partial class MatrixTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_gives_every_role_what_it_may_have_and_nothing_else()
    {
        var world = await World.CreateAsync(shared);
        var before = await FingerprintAsync(world.Theirs.PartnerId);
        var endpoints = (await EndpointsAsync()).Where(e => e.Kind == "endpoint" && e.Access is "permission" or "signed_in" && e.Method != "*").ToList();
        endpoints.Count.ShouldBeGreaterThan(60);
        var tried = 0;
        var faults = new List<string>();
        await Parallel.ForEachAsync(world.Principals, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Token }, async (principal, _) =>
        {
            foreach (var endpoint in endpoints)
            {
                var nothing = await SendAsync(principal, endpoint, World.Nothing());
                Interlocked.Increment(ref tried);
                Check(faults, principal, endpoint, "nothing", nothing, expected: Expected(principal, endpoint));
                // The platform's administrators manage other partners' own rows; that is the one reach across.
                var foreign = principal.IsPlatform && endpoint.Route.StartsWith("/api/v1/partners", StringComparison.Ordinal) ? [] : world.ForeignTo(principal);
                if (!ParameterPattern().IsMatch(endpoint.Route))
                {
                    // Whose ids those are is then in the body alone, and read by those who get that far.
                    foreign = endpoint.Method == "GET" || !MayPass(principal, endpoint) ? [] : foreign;
                }
                else if (!MayPass(principal, endpoint))
                {
                    foreign = foreign.Take(1);
                }
                foreach (var (name, place) in foreign)
                {
                    var answer = await SendAsync(principal, endpoint, place);
                    Interlocked.Increment(ref tried);
                    if (answer != nothing)
                    {
                        lock (faults)
                        {
                            faults.Add($"{endpoint.Method} {endpoint.Route} as {principal.Name}: {name} answers {answer}, nothing answers {nothing}");
                        }
                    }
                }
                if (endpoint.Method == "GET" && IdPattern().IsMatch(endpoint.Route) && principal is { IsKnown: true, MustSetUpMfa: false } && world.OwnOf(principal) is { } own
                    && endpoint.Permissions.All(principal.Holds) && World.HasOwn(endpoint.Route))
                {
                    var answer = await SendAsync(principal, endpoint, own);
                    Interlocked.Increment(ref tried);
                    Check(faults, principal, endpoint, "own", answer, "200");
                }
            }
        });
        Console.WriteLine($"    Matrix: {tried} requests, {endpoints.Count} endpoints as {world.Principals.Count} kinds of caller");
        faults.Order().Take(40).ShouldBeEmpty();
        (await FingerprintAsync(world.Theirs.PartnerId)).ShouldBe(before, "no row of the other company has changed");
        tried.ShouldBeGreaterThan(2000);
    }

    [Fact]
    public async Task Every_page_opens_for_who_may_and_takes_no_form_without_its_token()
    {
        var world = await World.CreateAsync(shared);
        var pages = (await EndpointsAsync()).Where(e => e.Kind == "page" && e.Access is "permission" or "signed_in").ToList();
        var tried = 0;
        var faults = new List<string>();
        foreach (var principal in world.Principals.Where(p => !p.IsKey && (p.Email is not null || !p.IsKnown || p.IsPlatform) && p.Name != "somebody of a suspended organization" && p.Name != "somebody of a suspended company"))
        {
            using var browser = principal.IsKnown
                ? await SignIn.PageClient.SignInAsync(shared.Server, principal.Email ?? Testing.ServerProcess.AdminEmail, Testing.ServerProcess.AdminPassword)
                : new SignIn.PageClient(shared.Server);
            foreach (var page in pages.Where(p => p.Method == "GET"))
            {
                var nothing = await OpenAsync(browser, page, World.Nothing());
                tried++;
                var good = !principal.IsKnown ? nothing == "302 /sign-in"
                    : principal.MustSetUpMfa && page.Access == "permission" ? nothing == "302 /account/security"
                    : page.Permissions.All(principal.Holds) ? nothing[..3] is "200" or "302" or "404" && nothing != "302 /sign-in"
                    : nothing == "403";
                if (!good)
                {
                    faults.Add($"{page.Route} as {principal.Name}: {nothing}");
                }
                var foreign = !ParameterPattern().IsMatch(page.Route) || (principal.IsPlatform && page.Route.StartsWith("/partners", StringComparison.Ordinal)) ? [] : world.ForeignTo(principal);
                foreach (var (name, place) in principal.IsKnown && page.Permissions.All(principal.Holds) ? foreign : foreign.Take(1))
                {
                    tried++;
                    if (await OpenAsync(browser, page, place) is var answer && answer != nothing)
                    {
                        faults.Add($"{page.Route} as {principal.Name}: {name} answers {answer}, nothing answers {nothing}");
                    }
                }
                if (principal.IsKnown)
                {
                    tried++;
                    if (await browser.PostBareAsync(Address(page, World.Nothing())) is var status && status is not (400 or 403 or 404 or 405) && !(status == 302 && principal.MustSetUpMfa))
                    {
                        faults.Add($"{page.Route} as {principal.Name} takes a form without its token: {status}");
                    }
                }
            }
        }
        Console.WriteLine($"    Matrix of pages: {tried} requests, {pages.Count / 2} pages");
        faults.Order().Take(40).ShouldBeEmpty();
        tried.ShouldBeGreaterThan(800);
    }

    static string Address(Endpoint page, Place place) => ParameterPattern().Replace(page.Route, m => m.Value.EndsWith("?}", StringComparison.Ordinal) ? "" : place.Fill(page.Route, m)).TrimEnd('/') is { Length: > 0 } path ? path : "/";

    /// <summary>The status, and where a redirection leads.</summary>
    static async Task<string> OpenAsync(SignIn.PageClient browser, Endpoint page, Place place)
    {
        using var response = await browser.GetAsync(Address(page, place));
        return response.Headers.Location is { } location
            ? $"{(int)response.StatusCode} {(location.IsAbsoluteUri ? location.AbsolutePath : location.OriginalString.Split('?')[0])}" : $"{(int)response.StatusCode}";
    }

    /// <summary>What a caller gets for ids of nothing: <c>401</c>, <c>403</c>, or that they got through.</summary>
    static string Expected(Principal principal, Endpoint endpoint) =>
        !principal.IsKnown ? "401"
        : principal.MustSetUpMfa && endpoint.Access == "permission" ? "403 mfa_setup_required"
        // What is a person's own is not a program's.
        : principal.IsKey && endpoint.Access == "signed_in" ? "through or 403"
        : endpoint.Permissions.All(principal.Holds) ? "through" : "403 forbidden";

    static bool MayPass(Principal principal, Endpoint endpoint) => Expected(principal, endpoint).StartsWith("through", StringComparison.Ordinal);

    static void Check(List<string> faults, Principal principal, Endpoint endpoint, string on, string answer, string expected)
    {
        var good = expected switch
        {
            "through" => !answer.StartsWith("401", StringComparison.Ordinal) && answer != "403 forbidden" && answer[0] != '5',
            "through or 403" => !answer.StartsWith("401", StringComparison.Ordinal) && answer[0] != '5',
            "401" or "200" => answer.StartsWith(expected, StringComparison.Ordinal),
            _ => answer == expected,
        };
        if (!good)
        {
            lock (faults)
            {
                faults.Add($"{endpoint.Method} {endpoint.Route} as {principal.Name} on {on}: expected {expected}, got {answer}");
            }
        }
    }

    /// <summary>The status, and the code of a problem.</summary>
    static async Task<string> SendAsync(Principal principal, Endpoint endpoint, Place place)
    {
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), ParameterPattern().Replace(endpoint.Route, m => place.Fill(endpoint.Route, m)));
        if (endpoint.Method is not ("GET" or "HEAD" or "DELETE"))
        {
            var isUpload = endpoint.Route.TrimEnd('/') == "/api/v1/plugins";
            request.Content = new StringContent(place.Body(), Encoding.UTF8, isUpload ? "application/octet-stream" : "application/json");
        }
        using var response = await principal.Client.SendAsync(request, Token);
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return $"{status}";
        }
        return $"{status} {JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)).Text("code")}";
    }

    async Task<List<Endpoint>> EndpointsAsync() =>
    [
        .. (await shared.Admin.GetJsonAsync("/api/v1/endpoints")).GetProperty("data").EnumerateArray().Select(e => new Endpoint(
            e.Text("method"), e.Text("route"), e.Text("kind"), e.Text("access"), [.. e.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()!)])),
    ];

    /// <summary>A hash over all rows of a partner in all tables that name it.</summary>
    async Task<string> FingerprintAsync(Guid partnerId)
    {
        await using var connection = new NpgsqlConnection(ServerDatabase.ConnectionStringOf(shared.Server, superuser: true));
        await connection.OpenAsync(Token);
        var parts = new StringBuilder();
        await using var tables = new NpgsqlCommand(
            """
            SELECT c.relname::text, bool_or(a.attname = 'partner_id') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname IN ('partner_id', 'device_id')
              -- What the server makes of readings and of maintenance windows by itself, whatever anybody asks for.
              AND c.relname NOT LIKE 'metric_rollup%' AND c.relname NOT IN ('metric_trims', 'maintenance_devices')
            GROUP BY 1 ORDER BY 1
            """, connection);
        var names = new List<(string Name, bool HasPartner)>();
        await using (var reader = await tables.ExecuteReaderAsync(Token))
        {
            while (await reader.ReadAsync(Token))
            {
                names.Add((reader.GetString(0), reader.GetBoolean(1)));
            }
        }
        foreach (var (name, hasPartner) in names)
        {
            var owned = hasPartner ? "partner_id = $1" : "device_id IN (SELECT id FROM devices WHERE partner_id = $1)";
            await using var hash = new NpgsqlCommand($"SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t WHERE {owned}", connection);
            hash.Parameters.Add(new() { Value = partnerId });
            parts.AppendLine($"{name} {await hash.ExecuteScalarAsync(Token)}");
        }
        return parts.ToString();
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex ParameterPattern();

    [GeneratedRegex(@"\{\*{0,2}\w*[iI]d[:}]")]
    private static partial Regex IdPattern();

    internal sealed record Endpoint(string Method, string Route, string Kind, string Access, string[] Permissions);
}
