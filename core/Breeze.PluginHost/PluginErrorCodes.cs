namespace Breeze.PluginHost;

/// <summary>The codes of <see cref="PluginError"/>. They are part of the API: they never change their meaning.</summary>
public static class PluginErrorCodes
{
    // What the reader finds in a package.
    public const string PackageMalformed = "package_malformed";
    public const string HashMismatch = "hash_mismatch";
    public const string SignatureMissing = "signature_missing";
    public const string SignatureInvalid = "signature_invalid";
    public const string PublisherUntrusted = "publisher_untrusted";
    public const string PathTraversal = "path_traversal";
    public const string ManifestInvalid = "manifest_invalid";
    public const string TooLarge = "too_large";

    // Why a sound package does not fit this host.
    public const string SdkIncompatible = "sdk_incompatible";
    public const string PlatformUnsupported = "platform_unsupported";
    public const string HostUnsupported = "host_unsupported";
    public const string RequirementMissing = "requirement_missing";
    public const string RestartRequired = "restart_required";

    // Why a plugin that fits does not run.
    public const string NotInstalled = "not_installed";
    public const string SettingsInvalid = "settings_invalid";
    public const string LoadFailed = "load_failed";
    public const string EntryNotFound = "entry_not_found";
    public const string RegisterFailed = "register_failed";
    public const string WrongHost = "wrong_host";
    public const string NameClash = "name_clash";
    public const string StartFailed = "start_failed";
    public const string StartTimeout = "start_timeout";
    public const string Unhealthy = "unhealthy";
    public const string Cancelled = "cancelled";
    public const string HostStopping = "host_stopping";
}
