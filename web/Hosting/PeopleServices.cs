using Breeze.Core.Identity;
using Breeze.Core.Mail;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Breeze.Web.Identity.Sso;

namespace Breeze.Web.Hosting;

/// <summary>People, roles, keys and single sign-on: their services and routes.</summary>
static class PeopleServices
{
    public static void AddBreezePeople(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(s => new SmtpMailer(settings.Smtp, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SmtpMailer>>()));
        services.AddSingleton<IMailer>(s => s.GetRequiredService<SmtpMailer>());
        services.AddHostedService(s => s.GetRequiredService<SmtpMailer>());
        services.AddSingleton<PublicLinks>();
        services.AddSingleton<AccountMails>();
        services.AddSingleton<PasswordResetQueue>();
        services.AddHostedService(s => s.GetRequiredService<PasswordResetQueue>());

        services.AddSingleton<Invitations>();
        services.AddSingleton<FirstAdministrators>();
        services.AddSingleton<InvitationAcceptance>();
        services.AddSingleton<PasswordResets>();
        services.AddSingleton<Memberships>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<Roles>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<SsoProviders>();
        services.AddSingleton<SsoSignIn>();
        services.AddScoped<PeopleDirectory>();

        services.AddSingleton<SsoSecrets>();
        services.AddSingleton<SsoTickets>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<OidcClient>();
        services.AddHttpClient(OidcClient.HttpClientName).ConfigurePrimaryHttpMessageHandler(OidcClient.CreateHandler).ConfigureHttpClient(OidcClient.Configure);
    }

    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapInvitations();
        routes.MapUsers();
        routes.MapRoles();
        routes.MapApiKeys();
        routes.MapSsoProviders();
        routes.MapSsoSignIn();
    }
}
