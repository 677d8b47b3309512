using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.BadInput;

/// <summary>Who may do what: nobody without a token, nobody across tenants, a viewer nothing but view.</summary>
public sealed class AccessTests(SharedServer shared)
{
    static readonly string[] Anonymous =
        ["post /api/v1/auth/login", "post /api/v1/auth/mfa/verify", "post /api/v1/auth/refresh", "post /api/v1/auth/logout", "get /api/v1/auth/sso/{provider}", "post /api/v1/agents/enroll", "get /healthz", "get /readyz"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_but_the_declared_ones_refuses_a_stranger()
    {
        foreach (var (method, path) in await OperationsAsync())
        {
            if (Anonymous.Contains($"{method} {path}"))
            {
                continue;
            }
            await shared.Server.Client.SendAsync(Request(method, path, _ => Guid.NewGuid().ToString()), Token).ShouldBeProblemAsync(401);
        }
    }

    [Fact]
    public async Task Whatever_belongs_to_another_partner_does_not_exist()
    {
        var theirs = await shared.AddPartnerAsync("Theirs");
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, theirs.Admin, theirs.SiteId);
        await agent.HeartbeatAsync();
        var command = await theirs.Admin.QueueScriptAsync(agent.Id);
        var remote = (await theirs.Admin.PostJsonAsync("/api/v1/remote/sessions", new { device_id = agent.Id, kind = "terminal" }, 201)).Id();
        var bulk = (await theirs.Admin.PostJsonAsync("/api/v1/bulk-actions", new { kind = "tags.add", parameters = new { tags = new[] { "x" } }, device_ids = new[] { agent.Id } }, 202)).Id();
        var key = (await theirs.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = theirs.SiteId }, 201)).Id();
        var session = (await theirs.Admin.GetJsonAsync("/api/v1/auth/sessions")).GetProperty("data")[0].Id();
        var group = (await theirs.Admin.PostJsonAsync("/api/v1/groups", new { name = "Theirs", organization_id = theirs.OrganizationId }, 201)).Id();
        var view = (await theirs.Admin.PostJsonAsync("/api/v1/saved-views", new { name = "Theirs", page = "devices", expression = "" }, 201)).Id();
        var theirUser = (await theirs.Admin.GetJsonAsync("/api/v1/users")).GetProperty("data")[0].Id();
        var invitation = (await theirs.Admin.PostJsonAsync("/api/v1/invitations", new { email = "guest@example.com", role_id = BuiltInRoles.PartnerViewer }, 201)).Id();
        var route = (await theirs.Admin.PostJsonAsync("/api/v1/notification-routes", new { name = "Theirs" }, 201)).Id();
        var channel = await AddChannelAsync(theirs.PartnerId);
        var rule = (await theirs.Admin.PostJsonAsync("/api/v1/alert-rules", new { name = "Theirs", condition = "cpu.percent > 1000" }, 201)).Id();
        var alert = (await Alerting.SeededAlerts.AddAsync(shared, agent.Id, 1))[0];
        var window = (await theirs.Admin.PostJsonAsync("/api/v1/maintenance-windows", new { name = "Theirs", recurrence = "weekly", time_zone = "UTC", days = new[] { 1 }, starts = "22:00", minutes = 90 }, 201)).Id();
        var schedule = (await theirs.Admin.PostJsonAsync("/api/v1/on-call-schedules", new { name = "Theirs", time_zone = "UTC", layers = new[] { new { start = "2026-03-02", hand_over = "09:00", every_days = 7, users = new[] { theirUser } } } }, 201)).Id();
        var policy = (await theirs.Admin.PostJsonAsync("/api/v1/escalation-policies", new { name = "Theirs", steps = new[] { new { after_minutes = 0, users = new[] { theirUser } } } }, 201)).Id();
        var desired = (await theirs.Admin.PostJsonAsync("/api/v1/policies", new { name = "Theirs", checks = new[] { new { name = "Known", condition = "hostname is not empty" } } }, 201)).Id();
        var script = (await theirs.Admin.PostJsonAsync("/api/v1/scripts", new { name = "Theirs", runtime = "bash", content = "id" }, 201)).Id();
        var incident = await InsertAsync("INSERT INTO incidents (id, partner_id, title, severity, started_at) VALUES (gen_random_uuid(), $1, 'Theirs', 'error', now()) RETURNING id", theirs.PartnerId);
        var contact = await InsertAsync(
            "INSERT INTO contact_methods (id, partner_id, user_id, channel_id, address, recipient) VALUES (gen_random_uuid(), $1, $2, $3, 'a', '{}') RETURNING id", theirs.PartnerId, theirUser, channel);
        var role = (await theirs.Admin.PostJsonAsync("/api/v1/roles", new { name = "Theirs", scope = "partner", permissions = new[] { "devices:read" } }, 201)).Id();
        var apiKey = (await theirs.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "Theirs", permissions = new[] { "devices:read" } }, 201)).Id();
        var provider = (await theirs.Admin.PostJsonAsync("/api/v1/sso-providers", new { name = "Theirs", slug = "theirs", authority = "https://login.example.com", client_id = "c", allowed_domains = new[] { "example.com" } }, 201)).Id();
        await Http.ReadAsync(await agent.Client.PutAsync($"/api/v1/agents/{agent.Id}/inventory/hardware", new StringContent("{}", Encoding.UTF8, "application/json"), Token), 204);

        var tried = 0;
        foreach (var (method, path) in (await OperationsAsync()).Where(o => o.Path.Contains("{id}") && !o.Path.StartsWith("/api/v1/agents", StringComparison.Ordinal)
            // The partners themselves are the platform's to manage.
            && !o.Path.StartsWith("/api/v1/partners", StringComparison.Ordinal)))
        {
            string Value(string name) => name switch
            {
                "kind" => "hardware",
                "commandId" => command.ToString(),
                _ => (path.Split('/')[3] switch
                {
                    "devices" => agent.Id,
                    "organizations" => theirs.OrganizationId,
                    "sites" => theirs.SiteId,
                    "enrollment-keys" => key,
                    "auth" => session,
                    "groups" => group,
                    "saved-views" => view,
                    "remote" => remote,
                    "bulk-actions" => bulk,
                    "users" => theirUser,
                    "invitations" => invitation,
                    "roles" => role,
                    "api-keys" => apiKey,
                    "sso-providers" => provider,
                    "alert-rules" => rule,
                    "alerts" => alert,
                    "notification-channels" => channel,
                    "notification-routes" => route,
                    "maintenance-windows" => window,
                    "incidents" => incident,
                    "on-call-schedules" => schedule,
                    "escalation-policies" => policy,
                    "policies" => desired,
                    "scripts" => script,
                    "me" => contact,
                    var other => throw new InvalidOperationException($"This test does not know {other} yet."),
                }).ToString(),
            };
            await shared.Admin.SendAsync(Request(method, path, Value), Token).ShouldBeProblemAsync(404);
            tried++;
        }
        tried.ShouldBeGreaterThan(8);
        await shared.Admin.PostTextAsync("/api/v1/enrollment-keys", $$"""{"site_id":"{{theirs.SiteId}}"}""").ShouldBeProblemAsync(404, "site_not_found");

        // Nor does it show in lists, and it is all still there.
        foreach (var path in (string[])["devices?limit=200", "organizations?limit=200", "sites?limit=200", "enrollment-keys?limit=200", $"devices?organization_id={theirs.OrganizationId}", $"sites?organization_id={theirs.OrganizationId}"])
        {
            var ids = (await shared.Admin.GetJsonAsync($"/api/v1/{path}")).GetProperty("data").EnumerateArray().Select(e => e.Id()).ToList();
            ids.ShouldNotContain(agent.Id);
            ids.ShouldNotContain(theirs.OrganizationId);
            ids.ShouldNotContain(theirs.SiteId);
            ids.ShouldNotContain(key);
        }
        (await theirs.Admin.CommandAsync(agent.Id, command)).Text("status").ShouldBe("queued");
        await agent.HeartbeatAsync();
    }

    [Fact]
    public async Task A_viewer_reads_and_changes_nothing()
    {
        using var viewer = await shared.AddUserAsync(await shared.PartnerIdAsync(), BuiltInRoles.PartnerViewer);
        using var agent = await shared.EnrolAsync();
        await viewer.GetJsonAsync("/api/v1/devices");
        await viewer.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics");
        foreach (var (method, path) in await OperationsAsync())
        {
            // What is below /auth and /me and the views of lists are everybody's own; to check an expression is to read. What bulk actions and remote sessions take, their kind
            // says: Bulk.ReachTests and Remote.RemoteSessionTests try those as a viewer.
            if (method == "get" || Anonymous.Contains($"{method} {path}") || path.StartsWith("/api/v1/agents", StringComparison.Ordinal)
                || path.StartsWith("/api/v1/auth/", StringComparison.Ordinal) || path.StartsWith("/api/v1/me/", StringComparison.Ordinal) || path.StartsWith("/api/v1/saved-views", StringComparison.Ordinal) || path is "/api/v1/expressions/check" or "/api/v1/alert-rules/check"
                || path.StartsWith("/api/v1/bulk-actions", StringComparison.Ordinal) || path.StartsWith("/api/v1/remote/", StringComparison.Ordinal))
            {
                continue;
            }
            await viewer.SendAsync(Request(method, path, _ => agent.Id.ToString()), Token).ShouldBeProblemAsync(403, "forbidden");
        }
        await agent.HeartbeatAsync();
    }

    [Fact]
    public async Task A_token_of_another_agent_is_refused()
    {
        using var one = await shared.EnrolAsync();
        using var other = await shared.EnrolAsync();
        var id = await shared.Admin.QueueScriptAsync(other.Id);
        await one.Client.PostTextAsync(other.HeartbeatPath, "{}").ShouldBeProblemAsync(403, "agent_mismatch");
        await one.Client.PostTextAsync(other.ResultPath(id), """{"status":"completed"}""").ShouldBeProblemAsync(403, "agent_mismatch");
        await one.Client.PostTextAsync(one.ResultPath(id), """{"status":"completed"}""").ShouldBeProblemAsync(404, "command_not_found");
        await one.Client.PostTextAsync(one.ResultPath(Guid.NewGuid()), """{"status":"completed"}""").ShouldBeProblemAsync(404, "command_not_found");
        (await shared.Admin.CommandAsync(other.Id, id)).Text("status").ShouldBe("queued");
    }

    [Fact]
    public async Task A_person_is_no_agent_and_an_agent_no_person()
    {
        using var agent = await shared.EnrolAsync();
        await shared.Admin.PostTextAsync(agent.HeartbeatPath, "{}").ShouldBeProblemAsync(401, "agent_unauthenticated");
        await agent.Client.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
    }

    [Fact]
    public async Task Forged_tokens_are_refused()
    {
        using var signedIn = await shared.Server.SignInAsync(Token);
        var genuine = signedIn.DefaultRequestHeaders.Authorization!.Parameter!;
        var parts = genuine.Split('.');
        string Unsigned(string algorithm) => $"{Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{parts[1]}.";
        var claims = new JsonWebTokenHandler().ReadJsonWebToken(genuine);
        var otherKey = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = claims.Issuer, Audience = claims.Audiences.Single(), Expires = DateTime.UtcNow.AddHours(1), Subject = new(claims.Claims),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(new byte[64]), SecurityAlgorithms.HmacSha256),
        });
        foreach (var forged in (string[])[Unsigned("none"), Unsigned("None"), otherKey, $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}.{parts[2][..^2]}", "x", "...", new string('a', 5000)])
        {
            using var client = shared.Server.ClientWith(forged);
            await client.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401, "unauthenticated");
        }
        await signedIn.GetJsonAsync("/api/v1/devices");
    }

    [Fact]
    public async Task A_bearer_token_opens_no_page()
    {
        using var response = await shared.Admin.GetAsync("/devices", Token);
        ((int)response.StatusCode).ShouldBeOneOf(302, 401, 403);
    }

    [Fact]
    public async Task A_cookie_opens_no_API()
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var browser = new HttpClient(handler) { BaseAddress = shared.Server.Url };
        var form = await browser.GetStringAsync("/sign-in", Token);
        var antiforgery = System.Text.RegularExpressions.Regex.Match(form, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        var fields = System.Text.RegularExpressions.Regex.Matches(form, "<input[^>]*name=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        using var signIn = await browser.PostAsync("/sign-in", new FormUrlEncodedContent(fields.Distinct().Select(f => KeyValuePair.Create(
            f, f.EndsWith("mail", StringComparison.OrdinalIgnoreCase) ? ServerProcess.AdminEmail : f.EndsWith("assword", StringComparison.OrdinalIgnoreCase) ? ServerProcess.AdminPassword : f == "__RequestVerificationToken" ? antiforgery : ""))), Token);
        handler.CookieContainer.GetAllCookies().Select(c => c.Name).ShouldContain("breeze-session", await signIn.Content.ReadAsStringAsync(Token));
        ((int)(await browser.GetAsync("/devices", Token)).StatusCode).ShouldBe(200);
        await browser.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401, "unauthenticated");
    }

    /// <summary>Of a type that needs no plugin, since nobody is told on it.</summary>
    Task<Guid> AddChannelAsync(Guid partnerId) => InsertAsync("INSERT INTO notification_channels (id, partner_id, name, type) VALUES (gen_random_uuid(), $1, 'Theirs', 'none') RETURNING id", partnerId);

    async Task<Guid> InsertAsync(string sql, params Guid[] values)
    {
        await using var insert = shared.Database.System.CreateCommand(sql);
        insert.Parameters.AddRange(values.Select(v => new Npgsql.NpgsqlParameter { Value = v }).ToArray());
        return (Guid)(await insert.ExecuteScalarAsync(Token))!;
    }

    async Task<List<(string Method, string Path)>> OperationsAsync() =>
        [.. (await shared.Server.Client.GetJsonAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => (o.Name, p.Name)))];

    static HttpRequestMessage Request(string method, string path, Func<string, string> value)
    {
        var filled = System.Text.RegularExpressions.Regex.Replace(path, @"\{(\w+)\}", m => value(m.Groups[1].Value));
        var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), filled);
        if (method is "post" or "put" or "patch")
        {
            var body = path.EndsWith("/commands", StringComparison.Ordinal) ? JsonSerializer.Serialize(Commands.Script("true")) : "{}";
            request.Content = new StringContent(body, Encoding.UTF8, path == "/api/v1/plugins" ? "application/octet-stream" : "application/json");
        }
        return request;
    }
}
