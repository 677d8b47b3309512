namespace Breeze.Web.Identity;

/// <summary>Any signed-in person may use it: their own profile, signing out.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SignedInAttribute : Attribute;
