using Breeze.Core.Identity;
using Microsoft.AspNetCore.Identity;

namespace Breeze.Web.Identity;

/// <summary>What signing in is made of.</summary>
static class SignInServices
{
    public static void AddBreezeSignIn(this IServiceCollection services)
    {
        services.AddSingleton<ISecretProtection, SecretProtection>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<PasswordWork>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<PasswordChanges>();
        services.AddSingleton<AuthenticatorApp>();
        services.AddSingleton<RecoveryCodes>();
        services.AddSingleton<SecondFactors>();
        services.AddSingleton<FactorChanges>();
        services.AddSingleton<Confirmations>();
        services.AddIdentityCore<User>(o =>
        {
            o.User.AllowedUserNameCharacters = "";
            o.Password.RequiredLength = PasswordRules.MinimumLength;
        }).AddUserStore<UserStore>();
        services.AddScoped<UserStore>();
        services.Configure<IdentityPasskeyOptions>(o =>
        {
            o.UserVerificationRequirement = "required";
            o.ResidentKeyRequirement = "required";
            o.AttestationConveyancePreference = "none";
        });
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddScoped<Passkeys>();
        services.AddSingleton<ApiSignIn>();
    }
}
